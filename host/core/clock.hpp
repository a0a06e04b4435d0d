#pragma once

#include <souk/sdk/context.hpp>

namespace souk::core {

/// The machine's clock. Rooms take a `const sdk::Clock&`, tests hand in their own.
class SystemClock final : public sdk::Clock {
public:
    sdk::Timestamp now() const override;
};

}  // namespace souk::core
