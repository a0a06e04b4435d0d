#include <souk/testing/json_match.hpp>

#include <algorithm>

namespace souk::testing {

namespace {

std::string shown(const sdk::Json& value) {
    constexpr std::size_t kShown = 200;
    const auto raw = value.raw();
    if (raw.empty()) return "nothing";
    return std::string(raw.substr(0, kShown)) + (raw.size() > kShown ? "..." : "");
}

bool isScalarEqual(const sdk::Json& expected, const sdk::Json& actual) {
    if (expected.isString() != actual.isString()) return false;
    const auto left = expected.text();
    const auto right = actual.text();
    if (left && right) return *left == *right;
    return expected.raw() == actual.raw();  // true, false, null
}

std::string below(const std::string& path, const std::string& key) {
    return path.empty() ? key : path + "." + key;
}

class Comparison {
public:
    std::vector<std::string> take() { return std::move(found_); }

    void compare(const sdk::Json& expected, const sdk::Json& actual, const std::string& path) {
        if (expected.isObject() && actual.isObject()) {
            for (const auto& key : expected.keys()) member(expected, actual, key, below(path, key));
        } else if (expected.isArray() && actual.isArray()) {
            list(*expected.items(), *actual.items(), path);
        } else if (!isScalarEqual(expected, actual)) {
            note(path, shown(expected), shown(actual));
        }
    }

private:
    void member(const sdk::Json& expected,
                const sdk::Json& actual,
                const std::string& key,
                const std::string& path) {
        if (expected.has(key) && actual.has(key))
            compare(expected.at(key), actual.at(key), path);
        else if (expected.has(key) != actual.has(key))
            note(path, shown(expected.at(key)), shown(actual.at(key)));
    }

    void list(const std::vector<sdk::Json>& expected,
              const std::vector<sdk::Json>& actual,
              const std::string& path) {
        if (expected.size() != actual.size())
            note(path,
                 std::to_string(expected.size()) + " item(s)",
                 std::to_string(actual.size()) + " item(s)");
        const auto both = std::min(expected.size(), actual.size());
        for (std::size_t i = 0; i < both; ++i)
            compare(expected[i], actual[i], path + "[" + std::to_string(i) + "]");
    }

    void note(const std::string& path, const std::string& expected, const std::string& actual) {
        found_.push_back((path.empty() ? "(root)" : path) + ": expected " + expected + ", got " +
                         actual);
    }

    std::vector<std::string> found_;
};

}  // namespace

std::vector<std::string> differences(const sdk::Json& expected, const sdk::Json& actual) {
    Comparison comparison;
    comparison.compare(expected, actual, "");
    return comparison.take();
}

}  // namespace souk::testing
