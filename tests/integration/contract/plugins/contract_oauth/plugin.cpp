#include "../moody.hpp"

namespace souk::contract {

/// Nothing can be published here.
class QuietPlugin final : public MoodyPlugin {
public:
    const sdk::Publisher* publisher() const noexcept override { return nullptr; }
};

}  // namespace souk::contract

SOUK_PLUGIN(souk::contract::QuietPlugin)
