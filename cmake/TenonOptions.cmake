# Options of the build, and the flags that every target of ours gets.

option(TENON_WERROR "Warnings are errors (the presets set this)" OFF)
# Some hundred plugins: one preset builds them.
option(TENON_SABOTEURS "Build what the suite is tried on: saboteurs, cheaters, variants" OFF)
option(TENON_COVERAGE "Instrument for gcov" OFF)
option(TENON_FUZZ "Build the fuzz targets (clang's libFuzzer)" OFF)
set(TENON_ROOT_KEY "" CACHE STRING
    "Public key that `tenon-conformance verify` takes for the root's (ed25519:...); empty for none")
set(TENON_SANITIZE "" CACHE STRING "Sanitizers, as -fsanitize= takes them; empty for none")

if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "Kind of build" FORCE)
endif()

set(CMAKE_C_STANDARD 11)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_C_VISIBILITY_PRESET hidden)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

# The build tree has the layout of an installation, so that what is found relative to a library or a
# command is found in both.
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/bin")
set(CMAKE_LIBRARY_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/lib")
set(CMAKE_ARCHIVE_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/lib")
set(TENON_PLUGIN_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/lib/tenon/plugins")
set(TENON_GENERATED_DIR "${PROJECT_BINARY_DIR}/generated")

if(NOT CMAKE_C_COMPILER_LAUNCHER)
  find_program(TENON_CCACHE ccache)
  mark_as_advanced(TENON_CCACHE)
  if(TENON_CCACHE)
    set(CMAKE_C_COMPILER_LAUNCHER "${TENON_CCACHE}")
  endif()
endif()

# What is shipped has the same bytes in whatever folder it is built, generated code included; a debugger wants the folders.
# (The last one that fits counts. A cache of compiled files may hand the compiler relative names.)
file(RELATIVE_PATH TENON_WAY_TO_SOURCES "${PROJECT_BINARY_DIR}" "${PROJECT_SOURCE_DIR}")
string(REGEX REPLACE "/$" "" TENON_WAY_TO_SOURCES "${TENON_WAY_TO_SOURCES}")
foreach(map "${TENON_WAY_TO_SOURCES}=." "generated=./build/generated" "${PROJECT_SOURCE_DIR}=." "${PROJECT_BINARY_DIR}=./build")
  add_compile_options("$<$<NOT:$<CONFIG:Debug>>:-ffile-prefix-map=${map}>")
endforeach()

# Linked by every target of ours, never exported.
add_library(tenon_flags INTERFACE)
target_compile_options(tenon_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes
  # Two of gcc's guesses at -O2 and above: it cannot see that a failure's status is never TN_OK, and
  # takes text that is cut on purpose for a mistake.
  $<$<C_COMPILER_ID:GNU>:-Wno-maybe-uninitialized> $<$<C_COMPILER_ID:GNU>:-Wno-format-truncation>
  -ffunction-sections -fdata-sections -ffp-contract=off
  $<$<BOOL:${TENON_WERROR}>:-Werror>)

# For what is shipped. Not for tests: the linker would drop the section in which Criterion finds them.
add_library(tenon_link_flags INTERFACE)
target_link_options(tenon_link_flags INTERFACE LINKER:--gc-sections LINKER:--exclude-libs,ALL)

# (Warnings of gcc stay warnings there: the instrumentation makes it warn of code that is right.)
if(TENON_SANITIZE)
  add_compile_options(-fsanitize=${TENON_SANITIZE} -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${TENON_SANITIZE})
  if(TENON_SANITIZE MATCHES "undefined")
    add_compile_options(-fno-sanitize-recover=undefined)
  endif()
  # clang 14 does not say in gcc's way that AddressSanitizer is there, and gives its runtime to programs alone: plugins
  # and libraries share it with them, as gcc's do.
  if(TENON_SANITIZE MATCHES "address" AND NOT TENON_SANITIZE MATCHES "fuzzer" AND CMAKE_C_COMPILER_ID STREQUAL "Clang")
    execute_process(COMMAND "${CMAKE_C_COMPILER}" -print-runtime-dir OUTPUT_VARIABLE runtime_folder
                    OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
    add_compile_definitions(__SANITIZE_ADDRESS__=1)
    add_link_options(-shared-libasan)
    list(APPEND CMAKE_BUILD_RPATH "${runtime_folder}")
  endif()
endif()

if(TENON_COVERAGE)
  add_compile_options(--coverage)
  add_link_options(--coverage)
endif()
