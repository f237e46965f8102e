# SPDX-License-Identifier: MIT
# What `cmake --install` puts beside the programs: unit, user, directories, configuration,
# broker snippet, documents. Included by the top CMakeLists.txt.
include(GNUInstallDirs)
get_filename_component(DOZED_CONFIG_DIR ${DOZED_CONFIG} DIRECTORY)
# Systemd reads units from /etc, /usr/local/lib and /usr/lib, not from any prefix. Not in the
# cache, so that another prefix in the same build directory takes them along; -D sets them.
foreach(what UNIT:systemd/system SYSUSERS:sysusers.d TMPFILES:tmpfiles.d)
  string(REPLACE ":" ";" what ${what})
  list(GET what 0 name)
  list(GET what 1 dir)
  if(NOT DEFINED DOZED_${name}_DIR)
    set(DOZED_${name}_DIR ${CMAKE_INSTALL_PREFIX}/lib/${dir})
  endif()
endforeach()

set(here ${CMAKE_CURRENT_LIST_DIR})
set(out ${CMAKE_BINARY_DIR}/systemd)
configure_file(${here}/dozed.service.in ${out}/dozed.service @ONLY)
configure_file(${here}/dozed-bridge@.service.in ${out}/dozed-bridge@.service @ONLY)
configure_file(${here}/tmpfiles.conf.in ${out}/tmpfiles.conf @ONLY)
install(FILES ${out}/dozed.service ${out}/dozed-bridge@.service DESTINATION ${DOZED_UNIT_DIR})
install(FILES ${here}/sysusers.conf DESTINATION ${DOZED_SYSUSERS_DIR} RENAME dozed.conf)
install(FILES ${out}/tmpfiles.conf DESTINATION ${DOZED_TMPFILES_DIR} RENAME dozed.conf)

# An administrator's file is never overwritten: the new one lies beside it as dozed.conf.new.
if(EXISTS ${CMAKE_SOURCE_DIR}/etc/dozed.conf)
  install(CODE "
    set(conf \"\$ENV{DESTDIR}${DOZED_CONFIG}\")
    get_filename_component(dir \"\${conf}\" DIRECTORY)
    file(MAKE_DIRECTORY \"\${dir}\")
    set(to \"\${conf}\")
    if(EXISTS \"\${conf}\")
      file(SHA256 \"\${conf}\" old)
      file(SHA256 \"${CMAKE_SOURCE_DIR}/etc/dozed.conf\" new)
      if(NOT old STREQUAL new)
        set(to \"\${conf}.new\")
        message(STATUS \"Kept \${conf}; the new default is \${to}\")
      endif()
    endif()
    configure_file(\"${CMAKE_SOURCE_DIR}/etc/dozed.conf\" \"\${to}\" COPYONLY)
    file(CHMOD \"\${to}\" PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ)
  ")
endif()
install(FILES ${CMAKE_SOURCE_DIR}/etc/mosquitto-dozed.conf ${CMAKE_SOURCE_DIR}/etc/mosquitto-dozed.acl
  ${CMAKE_SOURCE_DIR}/etc/dozed-bridge.env
  DESTINATION ${CMAKE_INSTALL_DOCDIR}/examples)
install(FILES ${CMAKE_SOURCE_DIR}/etc/homeassistant/dozed_notify.yaml
  DESTINATION ${CMAKE_INSTALL_DATADIR}/dozed/homeassistant)

file(GLOB docs ${CMAKE_SOURCE_DIR}/*.md ${CMAKE_SOURCE_DIR}/LICENSE ${CMAKE_SOURCE_DIR}/docs/*.md)
install(FILES ${docs} DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY ${CMAKE_SOURCE_DIR}/docs/wearables DESTINATION ${CMAKE_INSTALL_DOCDIR})
foreach(section 1 5 7 8)
  file(GLOB pages ${CMAKE_SOURCE_DIR}/docs/*.${section})
  if(pages)
    install(FILES ${pages} DESTINATION ${CMAKE_INSTALL_MANDIR}/man${section})
  endif()
endforeach()
