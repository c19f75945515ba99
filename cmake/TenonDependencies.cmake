# What comes from the system. Everything that is linked into our libraries is linked statically and
# stays hidden, so that no symbol of it can meet one of a plugin's.

set(THREADS_PREFER_PTHREAD_FLAG ON)
find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)

find_library(TENON_JANSSON_ARCHIVE libjansson.a REQUIRED)
find_path(TENON_JANSSON_INCLUDE jansson.h REQUIRED)
mark_as_advanced(TENON_JANSSON_ARCHIVE TENON_JANSSON_INCLUDE)
add_library(tenon_jansson STATIC IMPORTED)
set_target_properties(tenon_jansson PROPERTIES IMPORTED_LOCATION "${TENON_JANSSON_ARCHIVE}")
target_include_directories(tenon_jansson SYSTEM INTERFACE "${TENON_JANSSON_INCLUDE}")

# Debian's archive is built for executables: its one use of the C library's `stdin` (to name the input
# in messages) cannot be linked into a shared library. There a variable of ours takes its place.
set(jansson_for_libraries "${PROJECT_BINARY_DIR}/jansson/libjansson.a")
file(MAKE_DIRECTORY "${PROJECT_BINARY_DIR}/jansson")
execute_process(
  COMMAND "${CMAKE_OBJCOPY}" --redefine-sym stdin=tni_jansson_stdin "${TENON_JANSSON_ARCHIVE}"
          "${jansson_for_libraries}"
  COMMAND_ERROR_IS_FATAL ANY)
add_library(tenon_jansson_for_libraries STATIC IMPORTED)
set_target_properties(tenon_jansson_for_libraries PROPERTIES
  IMPORTED_LOCATION "${jansson_for_libraries}")
target_include_directories(tenon_jansson_for_libraries SYSTEM INTERFACE "${TENON_JANSSON_INCLUDE}")

# The suite's digests and signatures.
find_library(TENON_SODIUM_ARCHIVE libsodium.a REQUIRED)
find_path(TENON_SODIUM_INCLUDE sodium.h REQUIRED)
mark_as_advanced(TENON_SODIUM_ARCHIVE TENON_SODIUM_INCLUDE)
add_library(tenon_sodium STATIC IMPORTED)
set_target_properties(tenon_sodium PROPERTIES IMPORTED_LOCATION "${TENON_SODIUM_ARCHIVE}")
target_include_directories(tenon_sodium SYSTEM INTERFACE "${TENON_SODIUM_INCLUDE}")

find_library(TENON_NANOPB_ARCHIVE libprotobuf-nanopb.a REQUIRED)
find_path(TENON_NANOPB_INCLUDE pb_decode.h PATH_SUFFIXES nanopb REQUIRED)
find_program(TENON_NANOPB_GENERATOR NAMES nanopb_generator nanopb_generator.py REQUIRED)
mark_as_advanced(TENON_NANOPB_ARCHIVE TENON_NANOPB_INCLUDE TENON_NANOPB_GENERATOR)
add_library(tenon_nanopb STATIC IMPORTED)
set_target_properties(tenon_nanopb PROPERTIES IMPORTED_LOCATION "${TENON_NANOPB_ARCHIVE}")
target_include_directories(tenon_nanopb SYSTEM INTERFACE "${TENON_NANOPB_INCLUDE}")

# Criterion is needed for the tests only; a build without it is a build without tests, unless the
# tests were asked for.
pkg_check_modules(CRITERION QUIET IMPORTED_TARGET criterion)
option(TENON_TESTS "Build the tests (needs Criterion)" ${CRITERION_FOUND})
if(TENON_TESTS AND NOT CRITERION_FOUND)
  message(FATAL_ERROR "TENON_TESTS is on, and pkg-config finds no criterion: "
                      "install libcriterion-dev, or run scripts/bootstrap build test")
endif()
