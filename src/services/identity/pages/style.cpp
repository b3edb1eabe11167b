#include "services/identity/pages/style.hpp"

#include "base/encoding.hpp"
#include "platform/crypto/hash.hpp"

namespace gatehouse::identity {
namespace {

// Contrast: text 4.5:1 or more and borders of controls 3:1 or more on their background, in both schemes (WCAG 2.2 AA).
constexpr const char* kStyle = R"(:root {
  color-scheme: light dark;
  --page: #eef1f6;
  --card: #ffffff;
  --text: #172033;
  --soft: #51607a;
  --line: #7c8aa5;
  --accent: #2450c8;
  --accent-hover: #1b3fa3;
  --on-accent: #ffffff;
  --alert: #a3152a;
  --alert-back: #fdecee;
  --shadow: 0 1px 2px rgb(20 30 60 / 8%), 0 12px 32px rgb(20 30 60 / 10%);
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #0e1420;
    --card: #182133;
    --text: #e8edf7;
    --soft: #a9b5cb;
    --line: #74829d;
    --accent: #8fb0ff;
    --accent-hover: #b0c8ff;
    --on-accent: #0b1530;
    --alert: #ffb3bd;
    --alert-back: #3a1a22;
    --shadow: 0 12px 32px rgb(0 0 0 / 40%);
  }
}
*, *::before, *::after { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0;
  min-height: 100vh;
  display: grid;
  place-items: center;
  padding: 1rem;
  background: var(--page);
  color: var(--text);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
}
.card {
  width: 100%;
  max-width: 26rem;
  padding: 2.25rem 2rem;
  background: var(--card);
  border-radius: 1rem;
  box-shadow: var(--shadow);
}
.pool {
  display: flex;
  align-items: center;
  gap: .65rem;
  margin: 0 0 1.5rem;
  font-weight: 600;
  color: var(--soft);
  overflow-wrap: anywhere;
}
.pool img { flex: none; }
h1 { margin: 0 0 1.25rem; font-size: 1.6rem; line-height: 1.25; letter-spacing: -.01em; }
p { margin: 0 0 1rem; }
label { display: block; margin: 0 0 .35rem; font-weight: 600; font-size: .925rem; }
input {
  width: 100%;
  min-height: 2.85rem;
  margin: 0 0 1.1rem;
  padding: .6rem .8rem;
  border: 1px solid var(--line);
  border-radius: .6rem;
  background: transparent;
  color: inherit;
  font: inherit;
}
button {
  width: 100%;
  min-height: 2.85rem;
  margin-top: .4rem;
  padding: .6rem 1rem;
  border: 0;
  border-radius: .6rem;
  background: var(--accent);
  color: var(--on-accent);
  font: inherit;
  font-weight: 600;
  cursor: pointer;
}
button:hover { background: var(--accent-hover); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
a { color: var(--accent); }
.alert {
  padding: .75rem .9rem;
  border-left: 4px solid var(--alert);
  border-radius: .4rem;
  background: var(--alert-back);
  color: var(--alert);
}
.hint { margin-top: -.6rem; color: var(--soft); font-size: .875rem; }
.soft { color: var(--soft); }
.card > :last-child { margin-bottom: 0; }
@media (max-width: 30rem) {
  body { padding: .75rem; }
  .card { padding: 1.75rem 1.25rem; }
}
@media (prefers-reduced-motion: no-preference) {
  button { transition: background-color .15s; }
}
@media (forced-colors: active) {
  button, .card { border: 1px solid; }
}
)";

constexpr const char* kIcon =
    R"(<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#2450c8"/><path d="M9 25V13.5a7 7 0 0 1 14 0V25" fill="none" stroke="#fff" stroke-width="2.6"/><path d="M16 15.2a2.3 2.3 0 0 1 1.15 4.3l.6 4.3h-3.5l.6-4.3A2.3 2.3 0 0 1 16 15.2z" fill="#fff"/></svg>
)";

}  // namespace

const std::shared_ptr<const std::string>& style_text() {
  static const auto kText = std::make_shared<const std::string>(kStyle);
  return kText;
}

const std::shared_ptr<const std::string>& icon_text() {
  static const auto kText = std::make_shared<const std::string>(kIcon);
  return kText;
}

const std::string& style_version() {
  static const std::string kVersion = hex_encode(crypto::sha256(*style_text() + *icon_text())).substr(0, 12);
  return kVersion;
}

}  // namespace gatehouse::identity
