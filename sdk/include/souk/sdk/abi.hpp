#pragma once

#include <souk/sdk/digest.hpp>  // generated: SOUK_SDK_DIGEST, a hash of every SDK header

#include <cstddef>
#include <cstdint>

namespace souk::sdk {

class Plugin;

inline constexpr std::uint16_t kSdkMajor = 1;
inline constexpr std::uint16_t kSdkMinor = 1;

#define SOUK_STRING_(x) #x
#define SOUK_STRING(x) SOUK_STRING_(x)
#if defined(__SANITIZE_ADDRESS__)
#define SOUK_ASAN_TAG "+asan"
#else
#define SOUK_ASAN_TAG ""
#endif
#if defined(__SANITIZE_THREAD__)
#define SOUK_TSAN_TAG "+tsan"
#else
#define SOUK_TSAN_TAG ""
#endif
#if defined(_GLIBCXX_DEBUG)
#define SOUK_DEBUG_TAG "+glibcxxdebug"
#else
#define SOUK_DEBUG_TAG ""
#endif
#if defined(__clang__)
#define SOUK_COMPILER_TAG "clang" SOUK_STRING(__clang_major__)
#else
#define SOUK_COMPILER_TAG "gcc" SOUK_STRING(__GNUC__)
#endif
/// Two binaries with equal fingerprints may pass std::string to each other.
#define SOUK_BUILD_FINGERPRINT                                                      \
    SOUK_COMPILER_TAG                                                               \
    "/cxx" SOUK_STRING(__cplusplus) "/cxx11abi" SOUK_STRING(_GLIBCXX_USE_CXX11_ABI) \
        SOUK_ASAN_TAG SOUK_TSAN_TAG SOUK_DEBUG_TAG "/sdk" SOUK_SDK_DIGEST

/// The only thing a plugin exports, as `souk_plugin_v1`. Plain data; fields are appended, never
/// moved or removed.
struct PluginEntry {
    std::uint32_t size;  ///< sizeof(PluginEntry) when the plugin was built
    std::uint16_t sdkMajor;
    std::uint16_t sdkMinor;
    const char* fingerprint;
    const char* manifestJson;      ///< static storage, UTF-8
    Plugin* (*create)() noexcept;  ///< null on failure
    void (*destroy)(Plugin*) noexcept;
};
static_assert(offsetof(PluginEntry, fingerprint) == 8);

template <class P>
Plugin* createPlugin() noexcept {
    try {
        return new P();
    } catch (...) {
        return nullptr;  // the loader reports it: an exception must not cross a C face
    }
}

template <class P>
void destroyPlugin(Plugin* plugin) noexcept {
    delete static_cast<P*>(plugin);
}

}  // namespace souk::sdk

/// Put once, in plugin.cpp, at global scope. `souk_plugin_v1` carries the SDK major in its name, so
/// a plugin of another major is refused by reading the file, before any of its code runs. The
/// fingerprint stands once more in an ELF section of its own, which the loader reads unopened.
#define SOUK_PLUGIN(PluginClass)                                                                   \
    extern const char soukManifestJson[];                                                          \
    __attribute__((                                                                                \
        section("souk_fingerprint"), used, aligned(1))) static constexpr char soukFingerprint_[] = \
        SOUK_BUILD_FINGERPRINT;                                                                    \
    extern "C" __attribute__((                                                                     \
        visibility("default"))) constinit const ::souk::sdk::PluginEntry souk_plugin_v1{           \
        sizeof(::souk::sdk::PluginEntry),                                                          \
        ::souk::sdk::kSdkMajor,                                                                    \
        ::souk::sdk::kSdkMinor,                                                                    \
        soukFingerprint_,                                                                          \
        soukManifestJson,                                                                          \
        &::souk::sdk::createPlugin<PluginClass>,                                                   \
        &::souk::sdk::destroyPlugin<PluginClass>};
