#include "store/failure.hpp"

#include <string_view>

namespace souk::store {

bool Failure::transient() const noexcept {
    const std::string_view state = sqlState_;
    const auto group = state.substr(0, 2);
    return group == "08" || group == "40" || group == "53" || group == "57" || state == "25P03" ||
           state == "55P03" || state == "58030";
}

}  // namespace souk::store
