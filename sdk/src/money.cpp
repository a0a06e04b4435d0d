#include <souk/sdk/money.hpp>

#include "utf8.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

namespace souk::sdk {

namespace {

struct Decimals {
    int exponent;
    std::string_view codes;  ///< three letters each, separated by one space
};

/// ISO 4217, and the retired or unofficial codes that platforms still send (BYR, HRK, JEP, LTL,
/// LVL, STD, VEF).
constexpr std::array<Decimals, 4> kTable{{
    {2,
     "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN "
     "BZD CAD CDF CHE CHF CHW CNY COP COU CRC CUC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP "
     "GBP GEL GHS GIP GMD GTQ GYD HKD HNL HRK HTG HUF IDR ILS INR IRR JEP JMD KES KGS KHR KPW KYD "
     "KZT LAK LBP LKR LRD LSL LTL LVL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN "
     "NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP "
     "SLE SLL SOS SRD SSP STD STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS "
     "VED VEF VES WST XCD XCG YER ZAR ZMW ZWG ZWL"},
    {0, "BIF BYR CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"},
    {3, "BHD IQD JOD KWD LYD OMR TND"},
    {4, "CLF UYW"},
}};

Error bad(std::string_view decimal, std::string_view why) {
    constexpr std::size_t kShown = 40;
    std::string message = "amount '" + utf8::excerpt(decimal, kShown) + "' ";
    message += why;
    return {ErrorKind::BadPayload, std::move(message)};
}

bool onlyDigits(std::string_view text) {
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

Result<int> exponentOf(std::string_view currency) {
    if (currency.size() == 3 && currency.find(' ') == std::string_view::npos)
        for (const auto& row : kTable)
            if (row.codes.find(currency) != std::string_view::npos) return row.exponent;
    return Error{ErrorKind::BadPayload,
                 "unknown currency '" + utf8::excerpt(currency, 8) +
                     "'; ISO 4217 codes in upper case are known"};
}

Result<Money> moneyFrom(std::string_view decimal, std::string_view currency) {
    const auto exponent = static_cast<std::size_t>(SOUK_TRY(exponentOf(currency)));
    const bool negative = decimal.starts_with('-');
    const auto number = decimal.substr(negative ? 1 : 0);
    const auto point = number.find('.');
    const auto whole = number.substr(0, point);
    auto fraction = point == std::string_view::npos ? std::string_view() : number.substr(point + 1);
    if (!onlyDigits(whole) || (point != std::string_view::npos && !onlyDigits(fraction)))
        return bad(decimal, "is not a plain decimal number");

    if (fraction.size() > exponent) {
        if (fraction.find_first_not_of('0', exponent) != std::string_view::npos)
            return bad(decimal,
                       "has more decimals than " + std::string(currency) + " has (" +
                           std::to_string(exponent) + ")");
        fraction = fraction.substr(0, exponent);
    }
    std::string minor(negative ? "-" : "");
    minor.append(whole).append(fraction).append(exponent - fraction.size(), '0');

    Money money{0, std::string(currency)};
    const auto* const end = minor.data() + minor.size();
    const auto [rest, problem] = std::from_chars(minor.data(), end, money.minor);
    if (problem != std::errc() || rest != end) return bad(decimal, "does not fit 64 bits");
    return money;
}

Result<std::string> decimalOf(const Money& money) {
    const auto exponent = static_cast<std::size_t>(SOUK_TRY(exponentOf(money.currency)));
    std::string digits = std::to_string(money.minor);
    const std::size_t sign = money.minor < 0 ? 1 : 0;
    if (exponent == 0) return digits;
    if (digits.size() - sign <= exponent)
        digits.insert(sign, exponent + 1 - (digits.size() - sign), '0');
    digits.insert(digits.size() - exponent, 1, '.');
    return digits;
}

}  // namespace souk::sdk
