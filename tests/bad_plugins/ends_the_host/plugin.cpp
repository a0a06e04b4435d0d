#include "../scripted.hpp"

#include <cstdlib>

namespace souk::bad {

/// Takes the whole process with it.
struct Abort {
    void operator()(std::string_view, std::string_view what) const {
        if (what == "poison" || what == "poison/3") std::abort();
    }
};

}  // namespace souk::bad

SOUK_PLUGIN(souk::bad::ScriptedPlugin<souk::bad::Abort>)
