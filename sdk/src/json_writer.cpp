#include <souk/sdk/json.hpp>

#include "json_text.hpp"

#include <cassert>

namespace souk::sdk {

void JsonWriter::separate() {
    if (!first_) out_ += ',';
    first_ = false;
}

JsonWriter& JsonWriter::object() {
    separate();
    out_ += '{';
    closers_ += '}';
    first_ = true;
    return *this;
}

JsonWriter& JsonWriter::array() {
    separate();
    out_ += '[';
    closers_ += ']';
    first_ = true;
    return *this;
}

JsonWriter& JsonWriter::end() {
    assert(!closers_.empty());  // an end() without its beginning is our own mistake
    out_ += closers_.back();
    closers_.pop_back();
    first_ = false;
    return *this;
}

JsonWriter& JsonWriter::key(std::string_view name) {
    separate();
    json::appendQuoted(out_, name);
    out_ += ':';
    first_ = true;
    return *this;
}

JsonWriter& JsonWriter::text(std::string_view value) {
    separate();
    json::appendQuoted(out_, value);
    return *this;
}

JsonWriter& JsonWriter::integer(std::int64_t value) {
    return raw(std::to_string(value));
}

JsonWriter& JsonWriter::boolean(bool value) {
    return raw(value ? "true" : "false");
}

JsonWriter& JsonWriter::null() {
    return raw("null");
}

JsonWriter& JsonWriter::raw(std::string_view json) {
    separate();
    out_ += json;
    return *this;
}

std::string JsonWriter::take() {
    assert(closers_.empty());  // something was begun and not ended
    auto text = std::move(out_);
    *this = JsonWriter();
    return text;
}

}  // namespace souk::sdk
