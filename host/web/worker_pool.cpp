#include "web/worker_pool.hpp"

namespace souk::web {

WorkerPool::WorkerPool(std::size_t threads, std::size_t queue) : limit_(queue) {
    for (std::size_t i = 0; i < threads; ++i) threads_.emplace_back([this] { loop(); });
}

WorkerPool::~WorkerPool() {
    stop();
}

void WorkerPool::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wake_.notify_all();
    for (auto& thread : threads_)
        if (thread.joinable()) thread.join();
}

bool WorkerPool::run(std::function<void()> work) {
    {
        const std::lock_guard lock(mutex_);
        if (stopping_ || queue_.size() >= limit_) return false;
        queue_.push_back(std::move(work));
    }
    wake_.notify_one();
    return true;
}

std::size_t WorkerPool::waiting() const {
    const std::lock_guard lock(mutex_);
    return queue_.size();
}

std::size_t WorkerPool::inHand() const {
    const std::lock_guard lock(mutex_);
    return queue_.size() + running_;
}

void WorkerPool::loop() {
    for (;;) {
        std::function<void()> work;
        {
            std::unique_lock lock(mutex_);
            wake_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
            if (queue_.empty()) return;
            work = std::move(queue_.front());
            queue_.pop_front();
            ++running_;
        }
        work();
        work = nullptr;  // what it holds goes before it counts as done
        const std::lock_guard lock(mutex_);
        --running_;
    }
}

}  // namespace souk::web
