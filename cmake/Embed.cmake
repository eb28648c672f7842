# embed_texts(target namespace file…): each text becomes `extern const std::string_view` by its stem
# (dashes and dots to underscores) in a generated "<namespace>_texts.h"; used for help texts and data.
function(embed_texts target namespace)
  set(dir ${CMAKE_CURRENT_BINARY_DIR}/embedded)
  set(header ${dir}/${namespace}_texts.h)
  set(source ${dir}/${namespace}_texts.cc)
  set(files)
  foreach(file ${ARGN})
    get_filename_component(path ${file} ABSOLUTE)
    list(APPEND files ${path})
  endforeach()
  add_custom_command(OUTPUT ${header} ${source}
    COMMAND ${CMAKE_COMMAND} -DNAMESPACE=${namespace} -DHEADER=${header} -DSOURCE=${source}
            "-DFILES=${files}" -P ${CMAKE_SOURCE_DIR}/cmake/embed_script.cmake
    DEPENDS ${files} ${CMAKE_SOURCE_DIR}/cmake/embed_script.cmake VERBATIM)
  target_sources(${target} PRIVATE ${source} ${header})
  target_include_directories(${target} PRIVATE ${dir})
endfunction()

# embed_folder(target namespace folder): all files below it but hidden ones and *.md become
# `extern const std::span<const File> files` (path from the folder, text) in "<namespace>_files.h".
function(embed_folder target namespace folder)
  set(dir ${CMAKE_CURRENT_BINARY_DIR}/embedded)
  set(header ${dir}/${namespace}_files.h)
  set(source ${dir}/${namespace}_files.cc)
  file(GLOB_RECURSE files CONFIGURE_DEPENDS LIST_DIRECTORIES false ${folder}/*)
  list(FILTER files EXCLUDE REGEX "/[.][^/]*$|[.]md$")
  list(SORT files)
  add_custom_command(OUTPUT ${header} ${source}
    COMMAND ${CMAKE_COMMAND} -DNAMESPACE=${namespace} -DFOLDER=${folder} -DHEADER=${header}
            -DSOURCE=${source} "-DFILES=${files}" -P ${CMAKE_SOURCE_DIR}/cmake/embed_folder_script.cmake
    DEPENDS ${files} ${CMAKE_SOURCE_DIR}/cmake/embed_folder_script.cmake VERBATIM)
  target_sources(${target} PRIVATE ${source} ${header})
  target_include_directories(${target} PRIVATE ${dir})
endfunction()
