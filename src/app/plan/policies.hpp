// The policy documents of a template: those of functions' roles and of buckets.
#pragma once

#include <string>

#include "protocol/template/template.hpp"

namespace gatehouse::plan {

// Each takes the statically evaluated properties; `path` is theirs.

// An AWS::IAM::Role: Lambda may assume it, and every statement can be enforced.
void check_role(const templates::Resource& role, const templates::Node& properties, const std::string& path,
                templates::Findings& findings);

// An AWS::S3::Bucket: what keeps a website from being public on AWS, where it would then not be served either.
void check_site(const templates::Template& definition, const templates::Resource& bucket,
                const templates::Node& properties, templates::Findings& findings);

// An AWS::S3::BucketPolicy: a site is public or not served at all, so the only policy is reading for everybody.
void check_public_read(const templates::Node& properties, const std::string& path, templates::Findings& findings);

}  // namespace gatehouse::plan
