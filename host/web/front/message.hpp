#pragma once

#include <souk/sdk/http.hpp>

#include <chrono>
#include <string>

namespace souk::web {

/// One whole request: head checked, body complete. A header sent more than once is joined by ", "
/// (Cookie by "; "); those where repetition is a trick (Host, Content-Length, Authorization, ...)
/// were refused before.
struct Request {
    std::string method;
    std::string path;   ///< raw, as sent: starts with '/', percent escapes valid but not decoded
    std::string query;  ///< raw, without the '?'
    sdk::Headers headers;
    std::string body;
    std::string peer;                                  ///< the connecting address without its port
    std::chrono::steady_clock::time_point receivedAt;  ///< when the last byte had arrived
};

/// An answer. The front writes Content-Length, Transfer-Encoding, Date and Keep-Alive itself and
/// drops these from `headers`; "Connection: close" is honoured. A header name or value that could
/// split the answer turns it into a 500.
struct Response {
    int status = 200;
    sdk::Headers headers;
    std::string body;
};

}  // namespace souk::web
