#pragma once

#include <souk/sdk/result.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace souk::sdk {

/// Exact money: an integer count of minor units. No floating point ever touches a price.
struct Money {
    std::int64_t minor = 0;
    std::string currency;  ///< ISO 4217, upper case
    bool operator==(const Money&) const = default;
};

/// Decimals of a currency's minor unit (JPY 0, USD 2, KWD 3; ISO 4217). Unknown codes are an error.
Result<int> exponentOf(std::string_view currency);

/// "19.9" USD -> 1990. More decimals than the currency has is refused unless they are zeros, as are
/// signs other than a leading minus, exponents and values beyond 64 bits.
Result<Money> moneyFrom(std::string_view decimal, std::string_view currency);

/// 1990 USD -> "19.90", 1990 JPY -> "1990".
Result<std::string> decimalOf(const Money& money);

}  // namespace souk::sdk
