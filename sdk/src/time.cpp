#include <souk/sdk/time.hpp>

#include "utf8.hpp"

#include <cstdint>

namespace souk::sdk {

namespace {

namespace chr = std::chrono;

/// What rfc3339() can write with four digits of a year. An offset may lead out of it.
constexpr Timestamp kFirst = chr::sys_days(chr::year(0) / 1 / 1);
constexpr Timestamp kEnd = chr::sys_days(chr::year(10000) / 1 / 1);

Error bad(std::string_view text, std::string_view why) {
    constexpr std::size_t kShown = 40;
    std::string message = "time '" + utf8::excerpt(text, kShown) + "' ";
    message += why;
    return {ErrorKind::BadPayload, std::move(message)};
}

/// Takes the text apart from the left; every take tells whether it was there.
class Reader {
public:
    explicit Reader(std::string_view text) : rest_(text) {}

    bool take(char wanted) {
        if (!rest_.starts_with(wanted)) return false;
        rest_.remove_prefix(1);
        return true;
    }

    bool takeNumber(std::size_t digits, int& number) {
        if (rest_.size() < digits) return false;
        number = 0;
        for (std::size_t i = 0; i < digits; ++i) {
            if (rest_[i] < '0' || rest_[i] > '9') return false;
            number = number * 10 + (rest_[i] - '0');
        }
        rest_.remove_prefix(digits);
        return true;
    }

    /// One to nine decimals after the point, as microseconds.
    bool takeFraction(int& micros) {
        std::size_t digits = 0;
        micros = 0;
        for (; digits < rest_.size() && rest_[digits] >= '0' && rest_[digits] <= '9'; ++digits)
            if (digits < 6) micros = micros * 10 + (rest_[digits] - '0');
        for (auto missing = digits; missing < 6; ++missing) micros *= 10;
        rest_.remove_prefix(digits);
        return digits >= 1 && digits <= 9;
    }

    /// 'Z', or an offset with or without its colon, as minutes east of UTC.
    bool takeOffset(int& minutes) {
        minutes = 0;
        if (take('Z') || take('z')) return true;
        const bool west = rest_.starts_with('-');
        if (!take('+') && !take('-')) return false;
        int hour = 0;
        int minute = 0;
        if (!takeNumber(2, hour)) return false;
        take(':');
        if (!takeNumber(2, minute) || hour > 23 || minute > 59) return false;
        minutes = (west ? -1 : 1) * (hour * 60 + minute);
        return true;
    }

    bool done() const { return rest_.empty(); }

private:
    std::string_view rest_;
};

/// `number` with at least `width` digits.
void appendPadded(std::string& out, std::int64_t number, std::size_t width) {
    const auto digits = std::to_string(number);
    if (digits.size() < width) out.append(width - digits.size(), '0');
    out += digits;
}

}  // namespace

Result<Timestamp> timestampFrom(std::string_view rfc3339) {
    Reader reader(rfc3339);
    int year = 0;
    int month = 0;
    int day = 0;
    if (!reader.takeNumber(4, year) || !reader.take('-') || !reader.takeNumber(2, month) ||
        !reader.take('-') || !reader.takeNumber(2, day))
        return bad(rfc3339, "does not start with a date (YYYY-MM-DD)");
    if (!reader.take('T') && !reader.take('t') && !reader.take(' '))
        return bad(rfc3339, "has no time of day");

    int hour = 0;
    int minute = 0;
    int second = 0;
    if (!reader.takeNumber(2, hour) || !reader.take(':') || !reader.takeNumber(2, minute) ||
        !reader.take(':') || !reader.takeNumber(2, second))
        return bad(rfc3339, "has no time of day (hh:mm:ss)");
    int micros = 0;
    if (reader.take('.') && !reader.takeFraction(micros))
        return bad(rfc3339, "has a fraction of other than one to nine digits");
    int offset = 0;
    if (!reader.takeOffset(offset)) return bad(rfc3339, "has no UTC offset (Z or +hh:mm)");
    if (!reader.done()) return bad(rfc3339, "has something after its offset");

    const chr::year_month_day date{chr::year(year),
                                   chr::month(static_cast<unsigned>(month)),
                                   chr::day(static_cast<unsigned>(day))};
    constexpr int kLeapSecond = 60;
    if (!date.ok() || hour > 23 || minute > 59 || second > kLeapSecond)
        return bad(rfc3339, "names a day or hour that does not exist");
    const auto at = Timestamp(chr::sys_days(date)) + chr::hours(hour) +
                    chr::minutes(minute - offset) + chr::seconds(second) +
                    chr::microseconds(micros);
    if (at < kFirst || at >= kEnd) return bad(rfc3339, "lies outside of the years 0000 to 9999");
    return at;
}

std::string rfc3339(Timestamp at) {
    const auto days = chr::floor<chr::days>(at);
    const chr::year_month_day date(days);
    const chr::hh_mm_ss time(at - days);
    std::string text;
    appendPadded(text, static_cast<int>(date.year()), 4);
    text += '-';
    appendPadded(text, static_cast<unsigned>(date.month()), 2);
    text += '-';
    appendPadded(text, static_cast<unsigned>(date.day()), 2);
    text += 'T';
    appendPadded(text, time.hours().count(), 2);
    text += ':';
    appendPadded(text, time.minutes().count(), 2);
    text += ':';
    appendPadded(text, time.seconds().count(), 2);
    if (const auto micros = time.subseconds().count(); micros != 0) {
        text += '.';
        appendPadded(text, micros, 6);
    }
    text += 'Z';
    return text;
}

}  // namespace souk::sdk
