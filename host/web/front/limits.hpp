#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <string_view>

namespace souk::web {

inline constexpr std::size_t kKilobyte = 1024;

/// Everything a client can make grow or last, bounded. Defaults suit a public address behind a
/// reverse proxy; config/souk.properties sets them.
struct Limits {
    std::size_t headerBytes = 32 * kKilobyte;  ///< request line and headers together (431)
    std::size_t headerCount = 100;             ///< (431)
    std::size_t uriBytes = 8 * kKilobyte;      ///< (414)
    std::size_t bodyBytes = 1024 * kKilobyte;  ///< (413)
    /// The body limit of a raw path, where it differs (webhooks); empty: bodyBytes everywhere.
    std::function<std::size_t(std::string_view path)> bodyBytesFor;
    std::size_t chunkExtensionBytes = 1024;              ///< of one whole body (400)
    std::size_t trailerBytes = 4 * kKilobyte;            ///< of one whole body (431)
    std::size_t bufferedBytes = kKilobyte * 1024 * 256;  ///< bodies of all requests together (503)

    std::chrono::milliseconds idle{60'000};           ///< keep-alive without a request
    std::chrono::milliseconds headerArrival{10'000};  ///< first byte to blank line (408)
    std::chrono::milliseconds bodyArrival{30'000};    ///< blank line to last byte (408)
    /// In this time a client must take `writeBytes` of what waits for it, or all of it.
    std::chrono::milliseconds write{20'000};
    std::size_t writeBytes = 64 * kKilobyte;
    std::chrono::milliseconds linger{2'000};  ///< reads and drops after a refusal, so it is seen

    std::size_t connections = 10'000;
    std::size_t refusedConnections = 256;  ///< beyond `connections`: told 503; beyond both: closed
    std::size_t pipelineDepth = 16;  ///< requests of one connection in a row before others' turn
    std::size_t streamBufferBytes = 256 * kKilobyte;  ///< unsent bytes of one stream
    std::size_t ioThreads = 2;
};

}  // namespace souk::web
