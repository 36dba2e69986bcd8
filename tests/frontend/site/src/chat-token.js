/** Who is signed in here: a site of yours asks its own backend. */
export default function token() {
  return localStorage.getItem('site.token') ?? '';
}
