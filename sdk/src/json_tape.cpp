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

/// One pass over the index, without recursion: `state_` is what may come next, the open container
/// is the way back up.
class Walk {
public:
    Walk(const char* text, const Index& index, std::vector<Node>& nodes)
        : text_(text), offsets_(index.offsets()), count_(index.count()), nodes_(nodes) {}

    std::optional<Error> run() {
        while (!problem_ && !(state_ == State::After && open_ == kNone)) step();
        if (problem_) return problem_;
        if (at_ < count_) return notJson("something follows the document", offset());
        return std::nullopt;
    }

private:
    static constexpr auto kNone = Tape::kNone;
    enum class State : std::uint8_t { Key, Value, After };
    struct Slice {
        std::uint32_t begin;
        std::uint32_t end;
    };

    std::uint32_t offset() const { return offsets_[at_]; }
    char here() const { return at_ < count_ ? text_[offset()] : '\0'; }
    void fail(std::string_view why) { problem_ = notJson(why, offset()); }

    void step() {
        if (state_ == State::After) return after();
        if (state_ == State::Key) return key();
        const char c = here();
        if (c == '{' || c == '[')
            enter(c);
        else
            scalar(c);
    }

    void enter(char bracket) {
        if (++depth_ > kMaxDepth) return fail("more than 128 levels");
        open_ = add({offset(), offset()});
        ++at_;
        if (here() == closer(bracket)) return leave();
        state_ = bracket == '{' ? State::Key : State::Value;
    }

    void leave() {
        auto& node = nodes_[open_];
        node.end = offset() + 1;
        ++at_;
        --depth_;
        open_ = node.parent;
        state_ = State::After;
    }

    void after() {
        const char bracket = text_[nodes_[open_].begin];
        if (here() == closer(bracket)) return leave();
        if (here() != ',') return fail("a comma or closing bracket is missing");
        ++at_;
        state_ = bracket == '{' ? State::Key : State::Value;
    }

    void key() {
        if (here() != '"') return fail("a member's name is missing");
        const auto name = string();
        if (problem_) return;
        key_ = {name.begin + 1, name.end - 1};
        keyEscaped_ = lastEscaped_;
        if (here() != ':') return fail("a colon is missing");
        ++at_;
        state_ = State::Value;
    }

    void scalar(char first) {
        if (at_ >= count_) return fail("a value is missing");
        if (first == '"') {
            const auto text = string();
            if (!problem_) add(text);
        } else {
            const auto slice = token();
            const std::string_view word(text_ + slice.begin, slice.end - slice.begin);
            if (word != "true" && word != "false" && word != "null" && !isNumber(word))
                return fail("a value is missing or misspelt");
            add(slice);
            ++at_;
        }
        state_ = State::After;
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
        const std::string_view inside(text_ + slice.begin + 1, slice.end - slice.begin - 2);
        lastEscaped_ = inside.find('\\') != std::string_view::npos;
        if (lastEscaped_ && !escapesAreLegal(inside)) fail("a string has a broken escape");
        ++at_;
        return slice;
    }

    std::uint32_t add(Slice slice) {
        const auto index = static_cast<std::uint32_t>(nodes_.size());
        Node node;
        node.begin = slice.begin;
        node.end = slice.end;
        node.parent = open_;
        if (open_ != kNone) {
            auto& parent = nodes_[open_];
            node.previous = parent.lastChild;
            parent.lastChild = index;
            parent.children = (parent.children + 1) & 0x7FFFFFFFU;
            if (text_[parent.begin] == '{') {
                node.keyBegin = key_.begin;
                node.keySize = (key_.end - key_.begin) & 0x7FFFFFFFU;
                node.keyEscaped = keyEscaped_ ? 1 : 0;
            }
        }
        nodes_.push_back(node);
        return index;
    }

    static char closer(char bracket) { return bracket == '{' ? '}' : ']'; }
    static bool isSpace(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

    const char* text_;
    const std::uint32_t* offsets_;
    std::uint32_t count_;
    std::vector<Node>& nodes_;

    std::uint32_t at_ = 0;
    std::uint32_t open_ = kNone;
    std::size_t depth_ = 0;
    State state_ = State::Value;
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
    return Walk(text.get(), index, nodes).run();
}

std::string Tape::key(const Node& node) const {
    return node.keyEscaped != 0 ? unescape(rawKey(node)) : std::string(rawKey(node));
}

Tape::Type Tape::type(const Node& node) const noexcept {
    switch (text[node.begin]) {
        case '{':
            return Type::Object;
        case '[':
            return Type::Array;
        case '"':
            return Type::Text;
        case 't':
        case 'f':
            return Type::Boolean;
        case 'n':
            return Type::Null;
        default:
            return Type::Number;
    }
}

std::uint32_t Tape::member(std::uint32_t object, std::string_view wanted) const {
    if (text[nodes[object].begin] != '{') return kNone;
    auto child = nodes[object].lastChild;
    while (child != kNone) {
        const auto& node = nodes[child];
        if (node.keyEscaped == 0 ? rawKey(node) == wanted : key(node) == wanted) break;
        child = node.previous;
    }
    return child;
}

std::vector<std::uint32_t> Tape::childrenOf(std::uint32_t node) const {
    std::vector<std::uint32_t> children(nodes[node].children);
    auto child = nodes[node].lastChild;
    for (auto slot = children.rbegin(); slot != children.rend(); ++slot) {
        *slot = child;
        child = nodes[child].previous;
    }
    return children;
}

}  // namespace souk::sdk::json
