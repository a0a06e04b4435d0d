#pragma once

#include <souk/sdk/record.hpp>
#include <souk/sdk/sync.hpp>

/// What must hold for every record a plugin makes, whatever the platform sent.
namespace souk::fuzz {

/// `source`: the bytes the record was read from; its `extra` must be a part of them.
void checkRecord(const sdk::Record& record, std::string_view source);
void checkReject(const sdk::Reject& reject, std::string_view source);
/// A sentence people can be shown.
void checkError(const sdk::Error& error);
/// Whole, so that two can be compared.
std::string described(const sdk::Record& record);

}  // namespace souk::fuzz
