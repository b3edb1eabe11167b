// A stack in CloudFormation's XML. Every function writes into an element that is open, in the order of AWS's API
// reference.
#pragma once

#include "app/stack/state.hpp"
#include "protocol/aws/xml.hpp"

namespace gatehouse::app {

void write_stack(aws::XmlWriter& xml, const StackDescription& stack);          // Stack
void write_stack_summary(aws::XmlWriter& xml, const StackDescription& stack);  // StackSummary
void write_exports(aws::XmlWriter& xml, const StackDescription& stack);        // a member for each Export

void write_resource(aws::XmlWriter& xml, const StackDescription& stack, const StackResource& resource);
void write_resource_detail(aws::XmlWriter& xml, const StackDescription& stack, const StackResource& resource);
void write_resource_summary(aws::XmlWriter& xml, const StackDescription& stack, const StackResource& resource);

}  // namespace gatehouse::app
