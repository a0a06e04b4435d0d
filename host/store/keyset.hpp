#pragma once

#include "core/uuid.hpp"

#include <souk/sdk/record.hpp>

namespace souk::store {

/// Where a listing ordered by (updated_at, id) goes on. Opaque cursors are made of it.
struct KeysetPosition {
    sdk::Timestamp updatedAt{};
    core::Uuid id;
    bool operator==(const KeysetPosition&) const = default;
};

}  // namespace souk::store
