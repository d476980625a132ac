/** The build of sql.js that carries its WebAssembly with it, so that a bundle needs no file beside it. */
declare module 'sql.js/dist/sql-wasm-inline.js' {
  import type initSqlJs from 'sql.js'

  const init: typeof initSqlJs
  export = init
}
