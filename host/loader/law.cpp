#include "loader/law.hpp"

#include <algorithm>
#include <array>

namespace souk::loader {

namespace {

/// The C++ runtime, the SDK, and what compilers put in by themselves. A sanitizer's runtime only
/// appears in a build whose fingerprint says so.
constexpr std::array<std::string_view, 8> kLibraries{"libsouk_sdk.so.1",
                                                     "libstdc++.so.6",
                                                     "libgcc_s.so.1",
                                                     "libm.so.6",
                                                     "libc.so.6",
                                                     "libasan.so.8",
                                                     "libubsan.so.1",
                                                     "libtsan.so.2"};

/// Names that are allowed as they stand.
constexpr auto kNames = std::to_array<std::string_view>({
    // memory, in C++
    "_Znwm",
    "_Znam",
    "_ZnwmSt11align_val_t",
    "_ZnamSt11align_val_t",
    "_ZnwmRKSt9nothrow_t",
    "_ZnamRKSt9nothrow_t",
    "_ZdlPv",
    "_ZdaPv",
    "_ZdlPvm",
    "_ZdaPvm",
    "_ZdlPvSt11align_val_t",
    "_ZdaPvSt11align_val_t",
    "_ZdlPvmSt11align_val_t",
    "_ZdaPvmSt11align_val_t",
    "_ZdlPvRKSt9nothrow_t",
    "_ZdaPvRKSt9nothrow_t",
    "_ZSt7nothrow",
    // what the compiler calls
    "__gxx_personality_v0",
    "_Unwind_Resume",
    "__cxa_allocate_exception",
    "__cxa_free_exception",
    "__cxa_throw",
    "__cxa_rethrow",
    "__cxa_begin_catch",
    "__cxa_end_catch",
    "__cxa_bad_cast",
    "__cxa_bad_typeid",
    "__cxa_throw_bad_array_new_length",
    "__cxa_pure_virtual",
    "__cxa_guard_acquire",
    "__cxa_guard_release",
    "__cxa_guard_abort",
    "__cxa_atexit",
    "__cxa_finalize",
    "__dynamic_cast",
    "__gmon_start__",
    "_ITM_deregisterTMCloneTable",
    "_ITM_registerTMCloneTable",
    "__stack_chk_fail",
    "_ZSt9terminatev",
    "__libc_single_threaded",
    "_ZSt21__glibcxx_assert_failPKciS0_S0_",
    "abort",
    "__assert_fail",
    // bytes and text of libc; nothing that looks at the locale's files, the clock or a file
    "memcpy",
    "memmove",
    "memset",
    "memcmp",
    "bcmp",
    "memchr",
    "memrchr",
    "memmem",
    "strlen",
    "strnlen",
    "strcmp",
    "strncmp",
    "strchr",
    "strrchr",
    "strstr",
    "__memcpy_chk",
    "__memmove_chk",
    "__memset_chk",
    "snprintf",
    "vsnprintf",
    "__snprintf_chk",
    "__vsnprintf_chk",
    "strtol",
    "strtoll",
    "strtoul",
    "strtoull",
    "strtod",
    "__isoc23_strtol",
    "__isoc23_strtoll",
    "__isoc23_strtoul",
    "__isoc23_strtoull",
    "__errno_location",
    "tolower",
    "toupper",
    "isalnum",
    "isalpha",
    "isdigit",
    "islower",
    "isprint",
    "ispunct",
    "isspace",
    "isupper",
    "isxdigit",
    "__ctype_b_loc",
    "__ctype_tolower_loc",
    "__ctype_toupper_loc",
    // arithmetic of libm
    "floor",
    "ceil",
    "round",
    "trunc",
    "fabs",
    "fmod",
    "pow",
    "log",
    "log2",
    "log10",
    "exp",
    "sqrt",
    "lround",
    "llround",
    "lrint",
    "llrint",
    "floorf",
    "ceilf",
    "roundf",
    // containers of libstdc++ whose workings live in the library
    "_ZSt11_Hash_bytesPKvmm",
    "_ZSt18_Rb_tree_incrementPKSt18_Rb_tree_node_base",
    "_ZSt18_Rb_tree_incrementPSt18_Rb_tree_node_base",
    "_ZSt18_Rb_tree_decrementPKSt18_Rb_tree_node_base",
    "_ZSt18_Rb_tree_decrementPSt18_Rb_tree_node_base",
    "_ZSt28_Rb_tree_rebalance_for_erasePSt18_Rb_tree_node_baseRS_",
    "_ZSt29_Rb_tree_insert_and_rebalancebPSt18_Rb_tree_node_baseS0_RS_",
    "_ZNSt19_Sp_make_shared_tag5_S_eqERKSt9type_info",
});

/// Beginnings that are allowed. Of libstdc++ only classes that compute: strings, string streams,
/// their bases, hashing, numbers as text, exceptions. (File streams, std::filesystem, std::thread,
/// std::chrono clocks, std::random_device and named locales are other classes.)
constexpr auto kBeginnings = std::to_array<std::string_view>({
    "_ZN4souk3sdk",
    "_ZNK4souk3sdk",
    "_ZTVN4souk3sdk",
    "_ZNSaI",
    "_ZNKSaI",
    "_ZNSt7__cxx1112basic_stringI",
    "_ZNKSt7__cxx1112basic_stringI",
    "_ZNKSt17basic_string_viewI",
    "_ZStplIcSt11char_traitsIcESaIcEE",
    "_ZNSt7__cxx1119basic_ostringstreamI",
    "_ZNKSt7__cxx1119basic_ostringstreamI",
    "_ZNSt7__cxx1119basic_istringstreamI",
    "_ZNKSt7__cxx1119basic_istringstreamI",
    "_ZNSt7__cxx1118basic_stringstreamI",
    "_ZNKSt7__cxx1118basic_stringstreamI",
    "_ZNSt7__cxx1115basic_stringbufI",
    "_ZNKSt7__cxx1115basic_stringbufI",
    "_ZTVNSt7__cxx1119basic_ostringstreamI",
    "_ZTVNSt7__cxx1119basic_istringstreamI",
    "_ZTVNSt7__cxx1118basic_stringstreamI",
    "_ZTVNSt7__cxx1115basic_stringbufI",
    "_ZTTNSt7__cxx1119basic_ostringstreamI",
    "_ZTTNSt7__cxx1119basic_istringstreamI",
    "_ZTTNSt7__cxx1118basic_stringstreamI",
    "_ZTVSt9basic_iosI",
    "_ZTVSt15basic_streambufI",
    "_ZNSolsE",
    "_ZNSo9_M_insertI",
    "_ZNSo3putE",
    "_ZNSo5writeE",
    "_ZNSo5flushEv",
    "_ZSt16__ostream_insertI",
    "_ZStlsI",
    "_ZNSirsE",
    "_ZNSi3getE",
    "_ZNSi10_M_extractI",
    "_ZSt7getlineI",
    "_ZNSt8ios_baseC2Ev",
    "_ZNSt8ios_baseD2Ev",
    "_ZNSt9basic_iosI",
    "_ZNKSt9basic_iosI",
    "_ZNSt6localeC1Ev",
    "_ZNSt6localeD1Ev",
    "_ZNSt15basic_streambufI",
    "_ZSt8to_chars",
    "_ZSt10from_chars",
    "_ZSt17__throw_",
    "_ZSt16__throw_",
    "_ZSt18__throw_",
    "_ZSt19__throw_",
    "_ZSt20__throw_length_error",
    "_ZSt20__throw_out_of_range",
    "_ZSt24__throw_out_of_range_fmt",
    "_ZSt24__throw_invalid_argument",
    "_ZSt25__throw_bad_function_call",
    "_ZSt28__throw_bad_array_new_length",
    "_ZNKSt8__detail20_Prime_rehash_policy",
    "_ZNSt8__detail15_List_node_base",
    "_ZNSt9exceptionD",
    "_ZNKSt9exception4what",
    "_ZNSt9bad_allocD",
    "_ZNKSt9bad_alloc4what",
    "_ZNSt20bad_array_new_lengthD",
    "_ZNSt11logic_errorC",
    "_ZNSt11logic_errorD",
    "_ZNKSt11logic_error4what",
    "_ZNSt13runtime_errorC",
    "_ZNSt13runtime_errorD",
    "_ZNKSt13runtime_error4what",
    "_ZNSt12out_of_rangeC",
    "_ZNSt12out_of_rangeD",
    "_ZNSt12length_errorC",
    "_ZNSt12length_errorD",
    "_ZNSt12domain_errorC",
    "_ZNSt12domain_errorD",
    "_ZNSt16invalid_argumentC",
    "_ZNSt16invalid_argumentD",
    "_ZNSt11range_errorC",
    "_ZNSt11range_errorD",
    "_ZNSt14overflow_errorC",
    "_ZNSt14overflow_errorD",
    "_ZTI",
    "_ZTS",
    "_ZTVSt9exception",
    "_ZTVSt9bad_alloc",
    "_ZTVSt11logic_error",
    "_ZTVSt13runtime_error",
    "_ZTVSt12out_of_range",
    "_ZTVSt16invalid_argument",
    "_ZTVSt20bad_array_new_length",
    "_ZTVN10__cxxabiv1",
    "__asan_",
    "__ubsan_",
    "__tsan_",
    "__sanitizer_",
    "__lsan_",
});

template <std::size_t N>
bool isOneOf(std::string_view text, const std::array<std::string_view, N>& list) noexcept {
    return std::find(list.begin(), list.end(), text) != list.end();
}

std::string joined(const std::vector<std::string>& texts) {
    std::string all;
    for (const auto& one : texts) all.append(all.empty() ? "" : ", ").append(one);
    return all;
}

template <class Judge>
std::vector<std::string> unlawful(const std::vector<std::string>& names, Judge allowed) {
    std::vector<std::string> found;
    std::copy_if(names.begin(), names.end(), std::back_inserter(found), [&](const auto& name) {
        return !allowed(name);
    });
    return found;
}

}  // namespace

bool mayWant(std::string_view symbol) noexcept {
    return isOneOf(symbol, kNames) ||
           std::any_of(kBeginnings.begin(), kBeginnings.end(), [symbol](std::string_view one) {
               return symbol.starts_with(one);
           });
}

std::vector<std::string> breachesOf(const ElfFile& file) {
    std::vector<std::string> breaches;
    const auto exported =
        unlawful(file.exported, [](const auto& one) { return one == kEntrySymbol; });
    if (!exported.empty()) breaches.push_back("it exports " + joined(exported));
    const auto needed = unlawful(file.needed, [](const auto& one) {
        return isOneOf(one, kLibraries) || one.starts_with("ld-linux");
    });
    if (!needed.empty()) breaches.push_back("it is linked to " + joined(needed));
    const auto wanted = unlawful(file.undefined, mayWant);
    if (!wanted.empty()) breaches.push_back("it calls " + joined(wanted));
    return breaches;
}

}  // namespace souk::loader
