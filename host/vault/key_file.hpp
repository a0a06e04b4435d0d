#pragma once

#include <souk/sdk/context.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace souk::vault {

/// Key ids and 32-byte keys in the order of the file; the first one seals.
using KeyList = std::vector<std::pair<std::string, sdk::Secret>>;

/// One key from its base64 text. Rejected when it is not 32 bytes.
sdk::Result<sdk::Secret> keyFromText(std::string_view base64, std::string_view where);

/// Reads a key file: lines "id base64", empty lines and lines that begin with '#' are skipped.
/// NotFound when there is no such file; Rejected (with the mend in the sentence) when others can
/// read it, when it is not ours, or when a line cannot be read.
sdk::Result<KeyList> readKeyFile(const std::string& path);

/// Makes the file with one fresh key, mode 0600. A file that another host made meanwhile is kept.
sdk::Result<sdk::Done> makeKeyFile(const std::string& path);

/// Puts a fresh key before the others and answers its id ("k002"), one that is neither in the file
/// nor `taken`. Whoever reads the file meanwhile reads it as it was or as it is.
sdk::Result<std::string> addKey(const std::string& path, const std::vector<std::string>& taken);
/// Takes the key's line out. NotFound when there is none.
sdk::Result<sdk::Done> removeKey(const std::string& path, std::string_view id);

}  // namespace souk::vault
