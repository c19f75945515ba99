# What `cmake --install` gives: headers, libraries, commands, plugins, and the descriptions by which
# CMake and pkg-config find them. Targets that the tree does not have yet are left out.

include(CMakePackageConfigHelpers)

set(TENON_CMAKE_DIR "${CMAKE_INSTALL_LIBDIR}/cmake/Tenon")
set(TENON_PLUGIN_DIR "${CMAKE_INSTALL_LIBDIR}/tenon/plugins")

install(DIRECTORY sdk/include/tenon DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}"
        FILES_MATCHING PATTERN "*.h" PATTERN "*.def")

# Names seen by users: Tenon::abi, Tenon::kit, Tenon::tenon.
set(exported tenon_abi tenon_kit tenon)
set_target_properties(tenon_abi PROPERTIES EXPORT_NAME abi)
if(TARGET tenon_kit)
  set_target_properties(tenon_kit PROPERTIES EXPORT_NAME kit)
endif()
foreach(target IN LISTS exported)
  if(TARGET ${target})
    install(TARGETS ${target} EXPORT TenonTargets
            LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}"
            ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}")
  endif()
endforeach()
if(TARGET tenon_kit_onnx)
  install(FILES "${PROJECT_BINARY_DIR}/lib/libtenon-kit-onnx.a"
          DESTINATION "${CMAKE_INSTALL_LIBDIR}")
endif()
install(EXPORT TenonTargets NAMESPACE Tenon:: DESTINATION "${TENON_CMAKE_DIR}")

# Commands find the runtime beside them, wherever the prefix is moved.
file(RELATIVE_PATH library_path "/${CMAKE_INSTALL_BINDIR}" "/${CMAKE_INSTALL_LIBDIR}")
foreach(command tenon_command tenon-conformance)
  if(TARGET ${command})
    set_target_properties(${command} PROPERTIES INSTALL_RPATH "$ORIGIN/${library_path}")
    install(TARGETS ${command} RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
  endif()
endforeach()

get_property(plugins GLOBAL PROPERTY TENON_REFERENCE_PLUGINS)
foreach(plugin IN LISTS plugins)
  install(TARGETS ${plugin} LIBRARY DESTINATION "${TENON_PLUGIN_DIR}")
  get_target_property(manifest ${plugin} TENON_MANIFEST)
  if(manifest)
    install(FILES "${manifest}" DESTINATION "${TENON_PLUGIN_DIR}" RENAME "${plugin}.json")
  endif()
endforeach()

get_property(providers GLOBAL PROPERTY TENON_HANDLE_PROVIDERS)
foreach(provider IN LISTS providers)
  install(TARGETS ${provider} LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}/tenon/handle-providers")
endforeach()
get_property(preloaded GLOBAL PROPERTY TENON_PRELOADED)
foreach(library IN LISTS preloaded)
  install(TARGETS ${library} LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}/tenon/preload")
endforeach()

configure_package_config_file(cmake/TenonConfig.cmake.in "${PROJECT_BINARY_DIR}/TenonConfig.cmake"
                              INSTALL_DESTINATION "${TENON_CMAKE_DIR}"
                              PATH_VARS CMAKE_INSTALL_LIBDIR)
write_basic_package_version_file("${PROJECT_BINARY_DIR}/TenonConfigVersion.cmake"
                                 COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/TenonConfig.cmake"
              "${PROJECT_BINARY_DIR}/TenonConfigVersion.cmake"
              cmake/TenonPlugin.cmake cmake/tenon-plugin.map
        DESTINATION "${TENON_CMAKE_DIR}")

# The descriptions find the prefix from where they lie, so that an installation can be moved.
file(RELATIVE_PATH TENON_PC_PREFIX "/${CMAKE_INSTALL_LIBDIR}/pkgconfig" "/")
foreach(description tenon tenon-plugin tenon-kit tenon-kit-onnx)
  configure_file(cmake/${description}.pc.in "${PROJECT_BINARY_DIR}/${description}.pc" @ONLY)
  install(FILES "${PROJECT_BINARY_DIR}/${description}.pc"
          DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig")
endforeach()

# What vendors copy into their repositories, or run as it is.
install(DIRECTORY conformance/ci DESTINATION "${CMAKE_INSTALL_DATADIR}/tenon" USE_SOURCE_PERMISSIONS)

# What labs run beside the suite, in a process that is not the suite's.
install(PROGRAMS scripts/repeat_drawn DESTINATION "${CMAKE_INSTALL_DATADIR}/tenon/repetition")
install(FILES scripts/tensor_files.py DESTINATION "${CMAKE_INSTALL_DATADIR}/tenon/repetition")

# What people read: the guides, and the plugins that they copy from.
install(DIRECTORY docs/guide docs/certification DESTINATION "${CMAKE_INSTALL_DATADIR}/doc/tenon")
install(DIRECTORY reference-plugins/minimal reference-plugins/template
        DESTINATION "${CMAKE_INSTALL_DATADIR}/tenon/examples"
        PATTERN "*.test.c" EXCLUDE PATTERN "conformance.options" EXCLUDE)
