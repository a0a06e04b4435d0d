#include "web/worker_pool.hpp"

#include "core/crew.hpp"

#include <algorithm>
#include <utility>

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
    std::vector<std::thread> threads;
    {
        // Until then a thread may still be left behind and taken out of the list.
        std::unique_lock lock(mutex_);
        wake_.wait(lock, [this] { return queue_.empty() && running_ == 0; });
        threads.swap(threads_);
    }
    for (auto& thread : threads) thread.join();
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
        {
            // A thread that is left behind in a plugin is replaced; the work says itself what is
            // answered then.
            const core::Errand errand(
                [this, lost = std::this_thread::get_id()](const std::string&) {
                    const std::lock_guard lock(mutex_);
                    std::find_if(threads_.begin(), threads_.end(), [lost](const auto& one) {
                        return one.get_id() == lost;
                    })->detach();
                    std::erase_if(threads_, [](const auto& one) { return !one.joinable(); });
                    threads_.emplace_back([this] { loop(); });
                    --running_;
                    wake_.notify_all();
                });
            work();
        }
        work = nullptr;  // what it holds goes before it counts as done
        const std::lock_guard lock(mutex_);
        if (--running_ == 0 && stopping_) wake_.notify_all();
    }
}

}  // namespace souk::web
