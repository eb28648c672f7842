# add_module(name SOURCES a.cc … DEPS base …): a static library autosre::name, one per folder of src/.
function(add_module name)
  cmake_parse_arguments(M "" "" "SOURCES;DEPS;LIBS" ${ARGN})
  add_library(autosre_${name} STATIC ${M_SOURCES})
  add_library(autosre::${name} ALIAS autosre_${name})
  target_include_directories(autosre_${name} PUBLIC ${CMAKE_SOURCE_DIR}/src)
  list(TRANSFORM M_DEPS PREPEND autosre::)
  target_link_libraries(autosre_${name} PUBLIC ${M_DEPS} ${M_LIBS} PRIVATE autosre_options)
endfunction()
