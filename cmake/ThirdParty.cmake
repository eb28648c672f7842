# add_third_party(name libname.a …): third_party::name, built by tools/third_party.sh from its pinned source
# package, once for all presets and outside of the build folder. Not instrumented by sanitizers.
function(add_third_party name)
  set(script ${CMAKE_SOURCE_DIR}/tools/third_party.sh)
  execute_process(COMMAND ${CMAKE_COMMAND} -E env CC=${CMAKE_C_COMPILER} ${script} ${name}
    OUTPUT_VARIABLE folder OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
  list(TRANSFORM ARGN PREPEND ${folder}/lib/ OUTPUT_VARIABLE libraries)
  add_library(third_party_${name} INTERFACE)
  add_library(third_party::${name} ALIAS third_party_${name})
  target_include_directories(third_party_${name} SYSTEM INTERFACE ${folder}/include)
  target_link_libraries(third_party_${name} INTERFACE ${libraries})
  # Configured anew when the pins change or the cache was emptied.
  set_property(DIRECTORY ${CMAKE_SOURCE_DIR} APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${script} ${libraries})
endfunction()

add_third_party(lexbor liblexbor.a)
add_third_party(boringssl libboringssl.a)
