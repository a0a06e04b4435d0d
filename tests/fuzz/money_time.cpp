// sdk::Money and times. Input: a decimal, a currency and a time, a line each. What is read is
// exact, and written anew it is read the same.
#include "core/text.hpp"
#include "support/fuzz.hpp"

#include <souk/sdk/money.hpp>
#include <souk/sdk/time.hpp>

#include <limits>
#include <string>

namespace souk::fuzz {

namespace {

__extension__ using Wide = __int128;

/// The decimal as a whole number of 10^-`exponent`, by school arithmetic; digits beyond are zeros.
Wide schoolBook(std::string_view decimal, int exponent) {
    const bool negative = decimal.starts_with('-');
    Wide value = 0;
    int left = -1;
    for (const char c : decimal.substr(negative ? 1 : 0)) {
        if (c == '.') {
            left = exponent;
            continue;
        }
        if (left == 0) {
            require(c == '0', "a part of the amount was dropped");
            continue;
        }
        value = value * 10 + (c - '0');
        require(value <= Wide{std::numeric_limits<std::int64_t>::max()} + 1, "it cannot fit");
        if (left > 0) --left;
    }
    for (int i = left < 0 ? exponent : left; i > 0; --i) value *= 10;
    return negative ? -value : value;
}

void checkMoney(std::string_view decimal, std::string_view currency) {
    const auto exponent = sdk::exponentOf(currency);
    const auto money = sdk::moneyFrom(decimal, currency);
    if (!money) return require(core::isUtf8(money.error().message), "an unprintable error");
    require(exponent && money->currency == currency, "money of no currency");
    require(schoolBook(decimal, *exponent) == money->minor, "an amount became another");
    const auto text = sdk::decimalOf(*money);
    require(text && sdk::moneyFrom(*text, currency).operator bool(), "money cannot be read again");
    require(*sdk::moneyFrom(*text, currency) == *money, "an amount written anew is another");
}

constexpr std::size_t kSeconds = 19;  // of "2026-11-01T10:00:00"

void checkTime(std::string_view text) {
    const auto at = sdk::timestampFrom(text);
    if (!at) return require(core::isUtf8(at.error().message), "an unprintable error");
    const auto written = sdk::rfc3339(*at);
    const auto again = sdk::timestampFrom(written);
    require(again && *again == *at, "a time written anew is another");
    const auto later = sdk::rfc3339(*at + std::chrono::seconds(1));
    require(!sdk::timestampFrom(later) || written.substr(0, kSeconds) < later.substr(0, kSeconds),
            "a later time is written as an earlier one");
}

}  // namespace

void fuzzOne(std::string_view input) {
    const auto decimal = takeLine(input);
    const auto currency = takeLine(input);
    checkMoney(decimal, currency);
    checkTime(takeLine(input));
}

}  // namespace souk::fuzz
