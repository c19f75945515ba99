# Helpers that turn folders into targets. A folder without sources makes no target, and a library
# that does not exist is left out of a link, so that every state of the tree configures.

# Sets <out> to the C sources below the folders given (relative to the caller), without tests.
function(tenon_sources out)
  set(found "")
  foreach(folder IN LISTS ARGN)
    file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/${folder}/*.c")
    list(APPEND found ${sources})
  endforeach()
  list(FILTER found EXCLUDE REGEX "\\.(test|fuzz)\\.c$")
  set(${out} "${found}" PARENT_SCOPE)
endfunction()

# Links those of the given targets that exist.
function(tenon_link target)
  foreach(library IN LISTS ARGN)
    if(TARGET ${library})
      target_link_libraries(${target} PRIVATE ${library})
    endif()
  endforeach()
endfunction()

# Gives a target of ours its flags and include roots.
function(tenon_internal_target target)
  target_link_libraries(${target} PRIVATE $<BUILD_INTERFACE:tenon_flags>)
  target_compile_definitions(${target} PRIVATE _GNU_SOURCE TENON_VERSION="${PROJECT_VERSION}")
  target_include_directories(${target} PRIVATE "${PROJECT_SOURCE_DIR}/sdk/include"
                             "${PROJECT_SOURCE_DIR}/sdk/src" "${TENON_GENERATED_DIR}")
endfunction()
