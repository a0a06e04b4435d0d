# souk_add_plugin(<domain> SOURCES <file>... [LIBS <target>...])
#
# Builds one plugin folder into  <build>/plugins/<domain>/{manifest.json,<domain>.so}
#   <domain>_translator  object library: everything but the entry point, for tests to link directly
#   <domain>             the loadable module: exports souk_plugin_v1 and nothing else
# An optional OUTPUT <folder> replaces <build>/plugins (tests build bad plugins elsewhere). Targets of
# plugins without it are listed in the global property SOUK_PLUGINS.
function(souk_add_plugin domain)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "OUTPUT" "SOURCES;LIBS")
    get_filename_component(folder ${CMAKE_CURRENT_SOURCE_DIR} NAME)
    if(NOT folder STREQUAL domain)
        message(FATAL_ERROR "plugin '${domain}' must live in a folder of the same name, not '${folder}'")
    endif()

    file(READ manifest.json manifest)
    string(JSON declared GET "${manifest}" domain)
    if(NOT declared STREQUAL domain)
        message(FATAL_ERROR "manifest.json says domain '${declared}', the folder says '${domain}'")
    endif()
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/manifest.json)
    configure_file(${CMAKE_CURRENT_FUNCTION_LIST_DIR}/manifest.cpp.in manifest.cpp @ONLY)

    set(objects "")
    if(arg_SOURCES)
        add_library(${domain}_translator OBJECT ${arg_SOURCES})
        target_include_directories(${domain}_translator PUBLIC ${CMAKE_CURRENT_SOURCE_DIR})
        target_link_libraries(${domain}_translator PUBLIC souk::sdk ${arg_LIBS})
        set(objects ${domain}_translator)
    endif()

    if(arg_OUTPUT)
        set(out ${arg_OUTPUT}/${domain})
    else()
        set(out ${CMAKE_BINARY_DIR}/plugins/${domain})
        set_property(GLOBAL APPEND PROPERTY SOUK_PLUGINS ${domain})
    endif()
    add_library(${domain} MODULE plugin.cpp ${CMAKE_CURRENT_BINARY_DIR}/manifest.cpp)
    target_link_libraries(${domain} PRIVATE souk::sdk ${objects} ${arg_LIBS})
    target_link_options(${domain} PRIVATE
        -Wl,-z,defs -Wl,--exclude-libs,ALL -Wl,--version-script=${CMAKE_CURRENT_FUNCTION_LIST_DIR}/plugin.map)
    set_target_properties(${domain} PROPERTIES PREFIX "" LIBRARY_OUTPUT_DIRECTORY ${out}
        LINK_DEPENDS ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/plugin.map)
    configure_file(manifest.json ${out}/manifest.json COPYONLY)
endfunction()
