#pragma once

#include <souk/sdk/http.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace souk::support {

/// One answer as it came off the wire.
struct RawAnswer {
    bool complete = false;  ///< false: the connection ended or time ran out before its end
    int status = 0;
    sdk::Headers headers;
    std::string body;  ///< chunks already joined
    std::string text;  ///< everything read for it, for messages
};

/// A client that sends exactly the bytes it is given, good or bad, over one loopback connection.
/// Nothing here waits longer than the time given.
class RawHttp {
public:
    static constexpr std::chrono::milliseconds kPatience{30'000};

    /// Throws std::runtime_error when nobody listens on 127.0.0.1:port. A positive `receiveBuffer`
    /// makes the client a slow reader (bytes the kernel may hold for it).
    explicit RawHttp(std::uint16_t port, int receiveBuffer = 0);
    RawHttp(RawHttp&& other) noexcept;
    RawHttp& operator=(RawHttp&& other) noexcept;
    ~RawHttp();

    /// Sends everything; false when the server closed or took too long.
    bool send(std::string_view bytes, std::chrono::milliseconds patience = kPatience);

    /// Reads the next answer: by length, by chunks, or until the connection ends. Interim 1xx
    /// answers are answers too. `bodiless`: the request was HEAD.
    RawAnswer read(std::chrono::milliseconds patience = kPatience, bool bodiless = false);

    /// Reads until at least `count` bytes of whatever comes are here, and returns all there are.
    std::string readBytes(std::size_t count, std::chrono::milliseconds patience = kPatience);

    /// Reads up to the end of `mark`; what comes after it is for the next reading. Without the
    /// mark: all there is when time has run out.
    std::string readThrough(std::string_view mark, std::chrono::milliseconds patience = kPatience);

    /// True when the server ends the connection in time; what it still sends is dropped.
    bool ends(std::chrono::milliseconds patience = kPatience);

    void endSending();  ///< FIN, as a client that has no more to say
    void reset();       ///< RST, as a client that crashed

private:
    bool more(std::chrono::steady_clock::time_point deadline);
    bool readUntil(std::string_view mark,
                   std::size_t from,
                   std::size_t& at,
                   std::chrono::steady_clock::time_point deadline);
    bool readChunks(std::size_t& at,
                    RawAnswer& answer,
                    std::chrono::steady_clock::time_point deadline);

    int socket_ = -1;
    bool ended_ = false;
    std::string buffer_;
};

/// Connects, sends one request, reads its answer.
RawAnswer ask(std::uint16_t port, std::string_view request);

}  // namespace souk::support
