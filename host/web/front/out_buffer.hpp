#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace souk::web {

/// Bytes on their way to a socket. Small pieces are joined, large ones are kept as they came.
class OutBuffer {
public:
    enum class Flushed : std::uint8_t { All, Blocked, Broken };

    void append(std::string_view bytes);
    void take(std::string bytes);  ///< without copying, when large

    /// Sends what the socket takes without waiting and adds it to `sent`.
    Flushed flush(int socket, std::size_t& sent);

    [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
    [[nodiscard]] std::size_t size() const noexcept { return size_; }

private:
    void drop(std::size_t bytes);

    std::vector<std::string> pieces_;
    std::size_t first_ = 0;   ///< first piece not wholly sent
    std::size_t offset_ = 0;  ///< bytes of it already sent
    std::size_t size_ = 0;
};

}  // namespace souk::web
