# Saboteurs by edit: what no slot reaches. edits/<name>.edit (form: scripts/apply_edit) changes one source of TEMPLATE, of
# the kit or of what the kit is made of. The edited copy is compiled as the original is and takes its place in the link:
# beside TEMPLATE's other objects, or before the kit's archive, from which the original is then not drawn. Those named
# forward_<name> edit FORWARD. edits/<name>.json is a manifest to put beside the library. The line `link: OPTIONS` puts
# its options in place of those that plugins are linked with; such a library need not keep the rules of symbols.

# Sets <out> to the path of the source that an edit changes, relative to the project.
function(tenon_edited_source out edit)
  file(STRINGS "${edit}" head LIMIT_COUNT 2)
  list(LENGTH head lines)
  if(lines EQUAL 2)
    list(GET head 1 line)
  endif()
  if(NOT line MATCHES "^source: (.+\\.c)$")
    message(FATAL_ERROR "${edit}: the second line is not 'source: FILE.c'")
  endif()
  set(source "${CMAKE_MATCH_1}")
  if(NOT EXISTS "${PROJECT_SOURCE_DIR}/${source}")
    message(FATAL_ERROR "${edit}: there is no ${source}")
  endif()
  set(${out} "${source}" PARENT_SCOPE)
endfunction()

# Links a saboteur as its edit asks, where it does.
function(tenon_link_saboteur target edit)
  file(STRINGS "${edit}" head LIMIT_COUNT 3)
  list(GET head 2 line)
  if(NOT line MATCHES "^link:(.*)$")
    return()
  endif()
  separate_arguments(options UNIX_COMMAND "${CMAKE_MATCH_1}")
  set_target_properties(${target} PROPERTIES LINK_OPTIONS "${options}" TENON_BROKEN_SYMBOLS ON)
  if(options MATCHES "--unresolved-symbols") # of the archives alone: libm is left to the process
    set(archives "")
    foreach(library kit kit_onnx frontends frontend_schemas internal)
      list(APPEND archives $<TARGET_FILE:tenon_${library}>)
      add_dependencies(${target} tenon_${library})
    endforeach()
    set_target_properties(${target} PROPERTIES LINK_LIBRARIES "tenon_flags;tenon_abi;${archives};${TENON_NANOPB_ARCHIVE}")
  endif()
endfunction()

# Adds the plugin saboteur_<name> that an edit makes.
function(tenon_add_saboteur_by_edit name edit)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${edit}")
  tenon_edited_source(source "${edit}")
  set(plugin template)
  set(kit KIT)
  if(name MATCHES "^forward_")
    set(plugin forward)
    set(kit "")
  endif()
  if(NOT source MATCHES "^(reference-plugins/${plugin}|sdk/src)/")
    message(FATAL_ERROR "${edit}: ${source} is no source of ${plugin}")
  endif()
  cmake_path(GET source FILENAME file)
  cmake_path(GET source PARENT_PATH folder)
  set(edited "${CMAKE_CURRENT_BINARY_DIR}/edits/${name}/${file}")
  add_custom_command(
    OUTPUT "${edited}"
    COMMAND python3 "${PROJECT_SOURCE_DIR}/scripts/apply_edit" "${edit}" "${PROJECT_SOURCE_DIR}" "${edited}"
    DEPENDS "${edit}" "${PROJECT_SOURCE_DIR}/${source}" "${PROJECT_SOURCE_DIR}/scripts/apply_edit"
    COMMENT "Editing ${source} for saboteur ${name}" VERBATIM)
  set(manifest "")
  cmake_path(REPLACE_EXTENSION edit json OUTPUT_VARIABLE manifest_file)
  if(EXISTS "${manifest_file}")
    set(manifest MANIFEST "${manifest_file}")
  endif()
  set(others "$<TARGET_OBJECTS:tenon_${plugin}>")
  if(source MATCHES "^reference-plugins/")
    set(others "$<FILTER:${others},EXCLUDE,/${plugin}/${file}\\.o$>")
  endif()
  tenon_add_plugin(saboteur_${name} SOURCES "${edited}" "${others}" ${kit} ${manifest})
  get_target_property(libraries tenon_${plugin} LINK_LIBRARIES)
  target_link_libraries(saboteur_${name} PRIVATE ${libraries})
  tenon_link_saboteur(saboteur_${name} "${edit}")
  target_include_directories(saboteur_${name} PRIVATE "${PROJECT_SOURCE_DIR}/${folder}"
                             "${PROJECT_SOURCE_DIR}/sdk/src" "${TENON_GENERATED_DIR}")
  if(source MATCHES "^sdk/src/")
    target_compile_definitions(saboteur_${name} PRIVATE _GNU_SOURCE TENON_VERSION="${PROJECT_VERSION}")
  endif()
endfunction()
