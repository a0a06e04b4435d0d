#include "json_tape.hpp"

#include "json_text.hpp"

#include <simdjson.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <new>

namespace souk::sdk::json {

namespace {

using Node = Tape::Node;
using Parser = std::unique_ptr<simdjson::internal::dom_parser_implementation>;

constexpr std::size_t kMaxDepth = 128;
constexpr std::size_t kMaxSize = 0x7FFFFFFF;  // a key's size has 31 bits
/// Beyond this a parser's index is freed after use instead of being kept by its thread.
constexpr std::size_t kKeptCapacity = 4U << 20U;
constexpr std::size_t kLeastCapacity = 64U << 10U;

Error notJson(std::string_view why) {
    return {ErrorKind::BadPayload, "not JSON: " + std::string(why)};
}

Error notJson(std::string_view why, std::size_t offset) {
    return notJson(std::string(why) + " at byte " + std::to_string(offset));
}

std::string_view reason(simdjson::error_code code) {
    switch (code) {
        case simdjson::UTF8_ERROR:
            return "it is not UTF-8";
        case simdjson::UNCLOSED_STRING:
            return "a string is not closed";
        case simdjson::UNESCAPED_CHARS:
            return "a string holds a raw control character";
        case simdjson::EMPTY:
            return "there is nothing in it";
        default:
            return simdjson::error_message(code);
    }
}

Parser makeParser(std::size_t capacity) {
    Parser parser;
    const auto code = simdjson::get_active_implementation()->create_dom_parser_implementation(
        capacity, kMaxDepth, parser);
    if (code != simdjson::SUCCESS) throw std::bad_alloc();
    return parser;
}

/// simdjson's first stage: checks UTF-8 and strings with vector instructions and leaves the offsets
/// of all brackets, commas, colons, opening quotes and first letters of other values. Its second
/// stage is not used: it turns numbers into doubles and 64-bit integers, we keep their digits.
class Index {
public:
    simdjson::error_code run(const char* text, std::size_t size) {
        thread_local Parser kept;
        if (size > kKeptCapacity) {
            own_ = makeParser(size);
            parser_ = own_.get();
        } else {
            if (!kept || kept->capacity() < size)
                kept = makeParser(std::max(kLeastCapacity, std::bit_ceil(size)));
            parser_ = kept.get();
        }
        return parser_->stage1(
            reinterpret_cast<const std::uint8_t*>(text), size, simdjson::stage1_mode::regular);
    }

    std::uint32_t count() const { return parser_->n_structural_indexes; }
    /// One past the last is the document's size.
    const std::uint32_t* offsets() const { return parser_->structural_indexes.get(); }

private:
    Parser own_;
    simdjson::internal::dom_parser_implementation* parser_ = nullptr;
};

/// One pass over the index, without recursion: a value or what follows one is next, the open
/// container is the way back up.
class Walk {
public:
    Walk(const char* text, std::size_t size, const Index& index, std::vector<Node>& nodes)
        : text_(text),
          size_(static_cast<std::uint32_t>(size)),
          offsets_(index.offsets()),
          count_(index.count()),
          nodes_(nodes) {
        findEscape(0);
    }

    std::optional<Error> run() {
        do {
            value();
            while (!problem_ && open_ != kNone && !valueNext_) after();
        } while (!problem_ && valueNext_);
        if (problem_) return problem_;
        if (at_ < count_) return notJson("something follows the document", offset());
        return std::nullopt;
    }

private:
    static constexpr auto kNone = Tape::kNone;
    struct Slice {
        std::uint32_t begin;
        std::uint32_t end;
    };

    std::uint32_t offset() const { return offsets_[at_]; }
    char here() const { return at_ < count_ ? text_[offset()] : '\0'; }
    void fail(std::string_view why) { problem_ = notJson(why, offset()); }

    void value() {
        valueNext_ = false;
        const char c = here();
        if (c == '{' || c == '[')
            enter(c);
        else
            scalar(c);
    }

    /// Of the open container.
    void element() {
        valueNext_ = true;
        if (inObject_) key();
    }

    void enter(char bracket) {
        if (++depth_ > kMaxDepth) return fail("more than 128 levels");
        open_ = add({offset(), offset()}, false);
        inObject_ = bracket == '{';
        ++at_;
        if (here() == closer()) return leave();
        element();
    }

    void leave() {
        auto& node = nodes_[open_];
        node.end = offset() + 1;
        ++at_;
        --depth_;
        open_ = node.parent;
        inObject_ = open_ != kNone && text_[nodes_[open_].begin] == '{';
    }

    void after() {
        const char c = here();
        if (c == closer()) return leave();
        if (c != ',') return fail("a comma or closing bracket is missing");
        ++at_;
        element();
    }

    void key() {
        if (here() != '"') return fail("a member's name is missing");
        const auto name = string();
        if (problem_) return;
        key_ = {name.begin + 1, name.end - 1};
        keyEscaped_ = lastEscaped_;
        if (here() != ':') return fail("a colon is missing");
        ++at_;
    }

    void scalar(char first) {
        if (at_ >= count_) return fail("a value is missing");
        if (first == '"') {
            const auto text = string();
            if (!problem_) add(text, lastEscaped_);
        } else {
            const auto slice = token();
            const std::string_view word(text_ + slice.begin, slice.end - slice.begin);
            if (word != "true" && word != "false" && word != "null" && !isNumber(word))
                return fail("a value is missing or misspelt");
            add(slice, false);
            ++at_;
        }
    }

    /// From this offset up to the next one, without the white space before that.
    Slice token() const {
        Slice slice{offset(), offsets_[at_ + 1]};
        while (slice.end > slice.begin && isSpace(text_[slice.end - 1])) --slice.end;
        return slice;
    }

    /// The first stage has seen to it that the string is closed before the next offset.
    Slice string() {
        const auto slice = token();
        if (escape_ < slice.begin) findEscape(slice.begin);
        lastEscaped_ = escape_ < slice.end;
        if (lastEscaped_) {
            const std::string_view inside(text_ + slice.begin + 1, slice.end - slice.begin - 2);
            if (!escapesAreLegal(inside)) fail("a string has a broken escape");
        }
        ++at_;
        return slice;
    }

    /// The first backslash from here on: strings come in order, so most are passed by without being
    /// searched.
    void findEscape(std::uint32_t from) {
        const auto* const found =
            static_cast<const char*>(std::memchr(text_ + from, '\\', size_ - from));
        escape_ = found == nullptr ? kNone : static_cast<std::uint32_t>(found - text_);
    }

    std::uint32_t add(Slice slice, bool escaped) {
        const auto index = static_cast<std::uint32_t>(nodes_.size());
        auto& node = nodes_.emplace_back();
        node.begin = slice.begin;
        node.end = slice.end;
        node.parent = open_;
        node.escaped = escaped ? 1 : 0;
        if (open_ == kNone) return index;
        auto& parent = nodes_[open_];
        node.previous = parent.lastChild;
        parent.lastChild = index;
        parent.children = (parent.children + 1) & kMaxSize;
        if (inObject_) {
            node.keyBegin = key_.begin;
            node.keySize = (key_.end - key_.begin) & kMaxSize;
            node.keyEscaped = keyEscaped_ ? 1 : 0;
        }
        return index;
    }

    char closer() const { return inObject_ ? '}' : ']'; }
    static bool isSpace(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

    const char* text_;
    std::uint32_t size_;
    const std::uint32_t* offsets_;
    std::uint32_t count_;
    std::vector<Node>& nodes_;

    std::uint32_t at_ = 0;
    std::uint32_t open_ = kNone;
    bool inObject_ = false;  ///< what open_ is
    std::size_t depth_ = 0;
    bool valueNext_ = true;
    std::uint32_t escape_ = kNone;  ///< offset of the next backslash
    Slice key_{0, 0};
    bool lastEscaped_ = false;
    bool keyEscaped_ = false;
    std::optional<Error> problem_;
};

}  // namespace

std::optional<Error> Tape::read(std::string_view bytes) {
    if (bytes.empty()) return notJson(reason(simdjson::EMPTY));
    if (bytes.size() > kMaxSize) return notJson("it is beyond 2 GB");

    text = std::make_unique_for_overwrite<char[]>(bytes.size() + simdjson::SIMDJSON_PADDING);
    std::memcpy(text.get(), bytes.data(), bytes.size());
    std::memset(text.get() + bytes.size(), 0, simdjson::SIMDJSON_PADDING);

    Index index;
    if (const auto code = index.run(text.get(), bytes.size()); code != simdjson::SUCCESS)
        return notJson(reason(code));
    // Every value is followed by a comma or a bracket of its own, so this is an upper bound.
    nodes.reserve(index.count() / 2 + 1);
    return Walk(text.get(), bytes.size(), index, nodes).run();
}

std::string Tape::key(const Node& node) const {
    return node.keyEscaped != 0 ? unescape(rawKey(node)) : std::string(rawKey(node));
}

std::uint32_t Tape::member(std::uint32_t object, std::string_view wanted) const {
    if (text[nodes[object].begin] != '{') return kNone;
    const auto* const all = nodes.data();
    auto child = all[object].lastChild;
    for (; child != kNone; child = all[child].previous) {
        const auto& node = all[child];
        if (node.keyEscaped != 0 ? key(node) == wanted
                                 : node.keySize == wanted.size() && rawKey(node) == wanted)
            break;
    }
    return child;
}

}  // namespace souk::sdk::json
