# tenon_add_plugin(): used in this tree and, installed, by out-of-tree plugins.
#
#   tenon_add_plugin(<name> SOURCES <file>... [KIT] [ONNX] [MANIFEST <file.json>])
#
# builds lib<name>.so, a plugin that exports tn_create_plugin_engine and nothing else and may leave
# no symbol undefined. KIT links the author's kit, ONNX what reads ONNX
# models inside of a plugin besides. MANIFEST is copied beside the library as
# <name>.json. Sanitizer builds leave symbols to the sanitizer's runtime, so -z,defs is not for them.

set(TENON_PLUGIN_VERSION_SCRIPT "${CMAKE_CURRENT_LIST_DIR}/tenon-plugin.map")

function(tenon_add_plugin name)
  cmake_parse_arguments(arg "KIT;ONNX" "MANIFEST" "SOURCES" ${ARGN})
  if(NOT arg_SOURCES OR arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "tenon_add_plugin(${name}): SOURCES is missing, or an argument is unknown: "
                        "'${arg_UNPARSED_ARGUMENTS}'")
  endif()
  add_library(${name} MODULE ${arg_SOURCES})
  set_property(GLOBAL APPEND PROPERTY TENON_PLUGINS ${name})
  target_link_libraries(${name} PRIVATE Tenon::abi)
  if(arg_KIT)
    target_link_libraries(${name} PRIVATE Tenon::kit)
  endif()
  if(arg_ONNX)
    target_link_libraries(${name} PRIVATE Tenon::kit-onnx)
  endif()
  set_target_properties(${name} PROPERTIES
    PREFIX lib SUFFIX .so
    C_VISIBILITY_PRESET hidden CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON
    LINK_DEPENDS "${TENON_PLUGIN_VERSION_SCRIPT}")
  target_link_options(${name} PRIVATE
    "LINKER:--version-script=${TENON_PLUGIN_VERSION_SCRIPT}" LINKER:--exclude-libs,ALL
    LINKER:--gc-sections)
  if(NOT TENON_SANITIZE AND NOT "${CMAKE_C_FLAGS} ${CMAKE_CXX_FLAGS}" MATCHES "-fsanitize=")
    target_link_options(${name} PRIVATE LINKER:-z,defs $<$<LINK_LANGUAGE:C>:-static-libgcc>)
  endif()
  if(TENON_PLUGIN_OUTPUT_DIRECTORY)
    set_target_properties(${name} PROPERTIES
      LIBRARY_OUTPUT_DIRECTORY "${TENON_PLUGIN_OUTPUT_DIRECTORY}")
  endif()
  if(arg_MANIFEST)
    cmake_path(ABSOLUTE_PATH arg_MANIFEST BASE_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}")
    set_target_properties(${name} PROPERTIES TENON_MANIFEST "${arg_MANIFEST}")
    set_property(TARGET ${name} APPEND PROPERTY LINK_DEPENDS "${arg_MANIFEST}")
    add_custom_command(TARGET ${name} POST_BUILD
      COMMAND "${CMAKE_COMMAND}" -E copy_if_different "${arg_MANIFEST}"
              "$<TARGET_FILE_DIR:${name}>/${name}.json"
      VERBATIM)
  endif()
endfunction()
