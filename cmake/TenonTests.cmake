# Tests: Criterion executables of the *.test.c files, and scripts that CTest runs.
#
# A test source may carry one line that begins with `/* test-labels: ` and names CTest labels, such
# as `slow`, `threads` or `no-sanitizer`; the labels of a folder's files are joined.

# Seconds after which a test hangs. None takes a tenth of them, unless the machine is busy with other work.
set(TENON_TEST_PATIENCE 1500)

# Criterion's newer assertions expand to code that some of our warnings reject. (An interface library,
# since a target's own options stand before those of what it links.)
add_library(tenon_test_flags INTERFACE)
target_compile_options(tenon_test_flags INTERFACE -Wno-conversion -Wno-pedantic -Wno-shadow)

# tenon_add_test_program(<name> SOURCES <file>... LINK <target>...)
function(tenon_add_test_program name)
  cmake_parse_arguments(arg "" "" "SOURCES;LINK" ${ARGN})
  set(target "test-${name}")
  add_executable(${target} ${arg_SOURCES})
  if(TENON_SANITIZE)
    target_sources(${target} PRIVATE "${PROJECT_SOURCE_DIR}/sdk/tests/support/sanitizer_runner.c")
  endif()
  tenon_internal_target(${target})
  target_link_libraries(${target} PRIVATE tenon_test_flags)
  set_target_properties(${target} PROPERTIES
    RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/tests")
  target_compile_definitions(${target} PRIVATE
    TENON_SOURCE_DIR="${PROJECT_SOURCE_DIR}" TENON_BUILD_DIR="${PROJECT_BINARY_DIR}"
    TENON_PLUGIN_DIR="${PROJECT_BINARY_DIR}/lib/tenon/plugins"
    TENON_MOCK_DIR="${PROJECT_BINARY_DIR}/tests/plugins")
  # Criterion finds tests by their section, which nothing refers to.
  target_link_options(${target} PRIVATE LINKER:--no-gc-sections)
  tenon_link(${target} ${arg_LINK})
  target_link_libraries(${target} PRIVATE PkgConfig::CRITERION Threads::Threads m ${CMAKE_DL_LIBS})
  add_test(NAME "${name}" COMMAND ${target})
  set(labels "")
  foreach(source IN LISTS arg_SOURCES)
    file(STRINGS "${source}" line REGEX "^/\\* test-labels: .* \\*/" LIMIT_COUNT 1)
    string(REGEX REPLACE "^/\\* test-labels: (.*) \\*/.*" "\\1" line "${line}")
    string(REPLACE " " ";" line "${line}")
    list(APPEND labels ${line})
  endforeach()
  set_tests_properties("${name}" PROPERTIES LABELS "${labels}" TIMEOUT ${TENON_TEST_PATIENCE}
                       FAIL_REGULAR_EXPRESSION "Tested: 0 ")
  if("slow" IN_LIST labels)
    set_tests_properties("${name}" PROPERTIES COST 50)
  endif()
endfunction()

# tenon_add_unit_tests(<folder> LINK <target>... [PER_FILE]): one program for each folder below
# <folder> that holds *.test.c (with PER_FILE one for each file), linked with the targets that exist.
function(tenon_add_unit_tests folder)
  if(NOT TENON_TESTS)
    return()
  endif()
  cmake_parse_arguments(arg "PER_FILE" "" "LINK" ${ARGN})
  file(GLOB_RECURSE tests CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/${folder}/*.test.c")
  set(names "")
  foreach(test IN LISTS tests)
    cmake_path(NORMAL_PATH test)
    cmake_path(RELATIVE_PATH test BASE_DIRECTORY "${PROJECT_SOURCE_DIR}" OUTPUT_VARIABLE name)
    if(arg_PER_FILE)
      string(REGEX REPLACE "\\.test\\.c$" "" name "${name}")
    else()
      cmake_path(GET name PARENT_PATH name)
    endif()
    string(REGEX REPLACE "^sdk/(src/)?" "" name "${name}")
    string(REPLACE "/" "." name "${name}")
    list(APPEND names "${name}")
    list(APPEND "sources_${name}" "${test}")
  endforeach()
  list(REMOVE_DUPLICATES names)
  foreach(name IN LISTS names)
    tenon_add_test_program("${name}" SOURCES ${sources_${name}} LINK ${arg_LINK})
  endforeach()
endfunction()

# tenon_add_script_test(<name> COMMAND <command>... [LABELS <label>...] [COST <number>]): run in the source folder.
# Tests of a higher cost begin earlier, so that no long one is left over for one core at the end.
function(tenon_add_script_test name)
  if(NOT TENON_TESTS)
    return()
  endif()
  cmake_parse_arguments(arg "" "COST" "COMMAND;LABELS" ${ARGN})
  add_test(NAME "${name}" COMMAND ${arg_COMMAND} WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}")
  set_tests_properties("${name}" PROPERTIES LABELS "${arg_LABELS}" TIMEOUT ${TENON_TEST_PATIENCE})
  if(arg_COST)
    set_tests_properties("${name}" PROPERTIES COST ${arg_COST})
  endif()
endfunction()

# What is checked about the repository and about the whole build.
function(tenon_add_repository_tests)
  tenon_add_script_test(repository.includes COMMAND python3 scripts/check_includes
                        LABELS no-sanitizer)
  tenon_add_script_test(repository.includes-self-test
                        COMMAND python3 scripts/check_includes --self-test LABELS no-sanitizer)
  if(TENON_SANITIZE OR TENON_COVERAGE)
    return()
  endif()
  set(check python3 scripts/check_symbols)
  tenon_add_script_test(repository.symbols-self-test
                        COMMAND ${check} self-test "${CMAKE_C_COMPILER}")
  tenon_add_script_test(sdk.out-of-tree
                        COMMAND sdk/tests/out-of-tree/run "${PROJECT_BINARY_DIR}" COST 10)
  # A plugin that breaks the rule on purpose says so by the target's property TENON_BROKEN_SYMBOLS.
  get_property(plugins GLOBAL PROPERTY TENON_PLUGINS)
  set(files "")
  foreach(plugin IN LISTS plugins)
    get_target_property(broken ${plugin} TENON_BROKEN_SYMBOLS)
    if(NOT broken)
      list(APPEND files "$<TARGET_FILE:${plugin}>")
    endif()
  endforeach()
  if(files)
    tenon_add_script_test(repository.symbols.plugins COMMAND ${check} plugins ${files})
  endif()
  if(TARGET tenon)
    tenon_add_script_test(repository.symbols.runtime COMMAND ${check} runtime
                          "$<TARGET_FILE:tenon>" sdk/include/tenon/tenon.h)
  endif()
  if(TARGET tenon-conformance)
    tenon_add_script_test(repository.symbols.suite COMMAND ${check} command
                          "$<TARGET_FILE:tenon-conformance>")
  endif()
  if(TENON_SABOTEURS)
    tenon_add_tests_of_one_preset()
  endif()
endfunction()

# What takes long and is the same in every preset: the guides, done as written.
function(tenon_add_tests_of_one_preset)
  tenon_add_script_test(sdk.guide COMMAND python3 scripts/check_guide "${PROJECT_BINARY_DIR}"
    docs/guide/installing.md docs/guide/first-plugin.md docs/guide/continuous-integration.md docs/guide/find-a-cause.md COST 10)
  tenon_add_script_test(sdk.guide-to-virtual-devices COMMAND python3 scripts/check_guide "${PROJECT_BINARY_DIR}"
    docs/guide/virtual-devices.md docs/guide/hetero.md docs/guide/proxy.md COST 10)
  tenon_add_script_test(conformance.certification-guide COMMAND python3 scripts/check_guide
    "${PROJECT_BINARY_DIR}" docs/certification/guide.md COST 30)
endfunction()
