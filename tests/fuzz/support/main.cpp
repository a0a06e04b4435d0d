// The entry libFuzzer calls.
#include "support/fuzz.hpp"

#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    souk::fuzz::fuzzOne({reinterpret_cast<const char*>(data), size});
    return 0;
}
