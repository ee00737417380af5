/** The pages' Worker as SvelteKit builds it, for type checks without a build. */
declare module '*/cloudflare/_worker.js' {
  const pages: { fetch(request: Request, env: object, ctx: ExecutionContext): Promise<Response> };
  export default pages;
}
