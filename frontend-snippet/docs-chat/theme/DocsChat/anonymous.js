/** Stands where a site's own token function would be. */
export default null;
