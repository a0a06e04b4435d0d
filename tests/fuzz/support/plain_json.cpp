#include "support/plain_json.hpp"

#include "core/text.hpp"

#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include <algorithm>

namespace souk::fuzz {

namespace {

/// Takes RapidJSON's events and builds the tree.
class Builder : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, Builder> {
public:
    using Size = rapidjson::SizeType;
    using Kind = PlainJson::Kind;

    bool Null() { return add({Kind::Null, {}, {}, {}}); }
    bool Bool(bool value) { return add({Kind::Boolean, value ? "true" : "false", {}, {}}); }
    bool RawNumber(const char* text, Size size, bool) {
        return add({Kind::Number, std::string(text, size), {}, {}});
    }
    // It lets half a surrogate pair pass as an escape; the text it makes of it is not UTF-8.
    bool String(const char* text, Size size, bool) {
        return core::isUtf8({text, size}) && add({Kind::Text, std::string(text, size), {}, {}});
    }
    bool Key(const char* text, Size size, bool) {
        open_.back().keys.emplace_back(text, size);
        return core::isUtf8({text, size});
    }
    bool StartObject() { return begin(Kind::Object); }
    bool StartArray() { return begin(Kind::List); }
    bool EndObject(Size) { return end(); }
    bool EndArray(Size) { return end(); }

    PlainJson take() { return std::move(root_); }

private:
    bool begin(Kind kind) {
        open_.push_back({kind, {}, {}, {}});
        return true;
    }
    bool end() {
        auto whole = std::move(open_.back());
        open_.pop_back();
        return add(std::move(whole));
    }
    bool add(PlainJson value) {
        if (open_.empty())
            root_ = std::move(value);
        else
            open_.back().items.push_back(std::move(value));
        return true;
    }

    std::vector<PlainJson> open_;
    PlainJson root_;
};

}  // namespace

const PlainJson* PlainJson::member(std::string_view key) const {
    for (std::size_t i = keys.size(); i-- > 0;)
        if (keys[i] == key) return &items[i];
    return nullptr;
}

std::size_t PlainJson::depth() const {
    std::size_t deepest = 0;
    for (const auto& item : items) deepest = std::max(deepest, item.depth());
    return kind == Kind::List || kind == Kind::Object ? deepest + 1 : deepest;
}

PlainReading plainJson(std::string_view bytes) {
    rapidjson::MemoryStream stream(bytes.data(), bytes.size());
    rapidjson::Reader reader;
    Builder builder;
    constexpr unsigned kFlags = rapidjson::kParseNumbersAsStringsFlag |
                                rapidjson::kParseValidateEncodingFlag |
                                rapidjson::kParseIterativeFlag;
    const auto result = reader.Parse<kFlags>(stream, builder);
    if (result.Code() == rapidjson::kParseErrorNumberTooBig) return {std::nullopt, true};
    // A NUL looks to it like the end.
    if (result.IsError() || stream.Tell() != bytes.size()) return {};
    return {builder.take()};
}

}  // namespace souk::fuzz
