#pragma once

#include "store/database.hpp"

#include <souk/sdk/record.hpp>

#include <string>

namespace souk::store {

/// An integration that rests: it is neither synced nor drained until a person resumes it.
class Pauses {
public:
    /// Of a connected one; any other stays as it is. False: nothing changed.
    static bool begin(Transaction& any,
                      const core::Uuid& integration,
                      const std::string& reason,
                      sdk::Timestamp now);
    /// It is connected again. False: it was not paused.
    static bool end(Transaction& any, const core::Uuid& integration, sdk::Timestamp now);
    /// `why` as the reason of a pause that a plugin is to blame for: with what to do about it.
    static std::string afterMending(const std::string& why);
};

}  // namespace souk::store
