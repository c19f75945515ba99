# Lists that must never be kept by hand, and code made from schemas.

# tenon_generate_rows(OUTPUT <header> ROW <macro> DECLARATION <macro> SOURCES <files>...)
# Writes into the generated folder a header with one line `ROW(name)` for every line of the sources
# that begins with `DECLARATION(` and the name. Sets TENON_GENERATED_HEADER to its path.
function(tenon_generate_rows)
  cmake_parse_arguments(arg "" "OUTPUT;ROW;DECLARATION" "SOURCES" ${ARGN})
  set(output "${TENON_GENERATED_DIR}/${arg_OUTPUT}")
  string(REPLACE ";" "\n" listing "${arg_SOURCES}")
  set(list_file "${output}.sources")
  file(CONFIGURE OUTPUT "${list_file}" CONTENT "${listing}\n" @ONLY)
  add_custom_command(
    OUTPUT "${output}"
    COMMAND "${CMAKE_COMMAND}" "-DOUTPUT=${output}" "-DROW=${arg_ROW}"
            "-DDECLARATION=${arg_DECLARATION}" "-DSOURCES=${list_file}"
            -P "${PROJECT_SOURCE_DIR}/cmake/generate_rows.cmake"
    DEPENDS ${arg_SOURCES} "${list_file}" "${PROJECT_SOURCE_DIR}/cmake/generate_rows.cmake"
    COMMENT "Listing ${arg_DECLARATION} in ${arg_OUTPUT}"
    VERBATIM)
  set(TENON_GENERATED_HEADER "${output}" PARENT_SCOPE)
endfunction()

# tenon_generate_bytes(OUTPUT <header> INPUT <file>): the file's bytes as an initializer of a C array.
# Sets TENON_GENERATED_HEADER to the path of what is written.
function(tenon_generate_bytes)
  cmake_parse_arguments(arg "" "OUTPUT;INPUT" "" ${ARGN})
  set(output "${TENON_GENERATED_DIR}/${arg_OUTPUT}")
  set(script "${PROJECT_SOURCE_DIR}/cmake/generate_bytes.cmake")
  add_custom_command(OUTPUT "${output}"
    COMMAND "${CMAKE_COMMAND}" "-DINPUT=${arg_INPUT}" "-DOUTPUT=${output}" -P "${script}"
    DEPENDS "${arg_INPUT}" "${script}" COMMENT "Writing ${arg_OUTPUT}" VERBATIM)
  set(TENON_GENERATED_HEADER "${output}" PARENT_SCOPE)
endfunction()

# tenon_add_nanopb(<target> <file.proto>...): a static library of the code that nanopb makes from
# the schemas; `x.proto` gives `"x.pb.h"`. Options stand beside a schema as `x.options`.
function(tenon_add_nanopb target)
  set(folder "${TENON_GENERATED_DIR}/${target}")
  file(MAKE_DIRECTORY "${folder}")
  set(generated "")
  foreach(schema IN LISTS ARGN)
    cmake_path(GET schema STEM name)
    cmake_path(GET schema PARENT_PATH schema_folder)
    file(GLOB options CONFIGURE_DEPENDS "${schema_folder}/${name}.options")
    add_custom_command(
      OUTPUT "${folder}/${name}.pb.c" "${folder}/${name}.pb.h"
      COMMAND "${TENON_NANOPB_GENERATOR}" --quiet "--output-dir=${folder}" "-I${schema_folder}"
              "${name}.proto"
      WORKING_DIRECTORY "${schema_folder}"
      DEPENDS "${schema}" ${options}
      COMMENT "Generating ${name}.pb.c"
      VERBATIM)
    list(APPEND generated "${folder}/${name}.pb.c" "${folder}/${name}.pb.h")
  endforeach()
  add_library(${target} STATIC ${generated})
  target_include_directories(${target} SYSTEM PUBLIC "${folder}")
  target_link_libraries(${target} PUBLIC tenon_nanopb)
endfunction()
