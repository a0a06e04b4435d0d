#include "web/front/out_buffer.hpp"

#include "web/front/limits.hpp"

#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

namespace souk::web {

namespace {

constexpr std::size_t kJoin = 16 * kKilobyte;
constexpr std::size_t kKept = 4 * kKilobyte;  // capacity an idle connection may hold on to
constexpr std::size_t kPiecesAtOnce = 16;

}  // namespace

void OutBuffer::append(std::string_view bytes) {
    size_ += bytes.size();
    if (pieces_.size() > first_ && pieces_.back().size() + bytes.size() <= kJoin)
        pieces_.back() += bytes;
    else
        pieces_.emplace_back(bytes);
}

void OutBuffer::take(std::string bytes) {
    if (bytes.size() < kJoin / 4) return append(bytes);
    size_ += bytes.size();
    pieces_.push_back(std::move(bytes));
}

OutBuffer::Flushed OutBuffer::flush(int socket, std::size_t& sent) {
    while (size_ > 0) {
        std::array<iovec, kPiecesAtOnce> vectors{};
        msghdr message{};
        message.msg_iov = vectors.data();
        for (std::size_t i = first_; i < pieces_.size() && i - first_ < kPiecesAtOnce; ++i) {
            const std::size_t skip = i == first_ ? offset_ : 0;
            vectors.at(message.msg_iovlen++) = {pieces_[i].data() + skip, pieces_[i].size() - skip};
        }
        const auto count = ::sendmsg(socket, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (count < 0) {
            if (errno == EINTR) continue;
            return errno == EAGAIN ? Flushed::Blocked : Flushed::Broken;
        }
        sent += static_cast<std::size_t>(count);
        drop(static_cast<std::size_t>(count));
    }
    return Flushed::All;
}

void OutBuffer::drop(std::size_t bytes) {
    size_ -= bytes;
    if (size_ == 0) {
        pieces_.resize(1);
        pieces_.front().clear();
        if (pieces_.front().capacity() > kKept) pieces_.clear();
        first_ = offset_ = 0;
        return;
    }
    while (bytes > 0) {
        const auto here = std::min(bytes, pieces_[first_].size() - offset_);
        offset_ += here;
        bytes -= here;
        if (offset_ < pieces_[first_].size()) continue;
        pieces_[first_++] = std::string();
        offset_ = 0;
    }
    // Long-lived streams never become empty for certain: forget what is sent.
    if (first_ >= kPiecesAtOnce) {
        pieces_.erase(pieces_.begin(), pieces_.begin() + static_cast<std::ptrdiff_t>(first_));
        first_ = 0;
    }
}

}  // namespace souk::web
