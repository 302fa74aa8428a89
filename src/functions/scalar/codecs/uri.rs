//! The parts of an address by the grammar of RFC 2396 as Java reads it: characters beyond
//! ASCII may stand where escapes may; an authority that names no server has no host.

/// The parts as they are written.
#[derive(Debug, Default, PartialEq)]
pub struct Uri<'a> {
    pub scheme: Option<&'a str>,
    pub authority: Option<&'a str>,
    pub user: Option<&'a str>,
    pub host: Option<&'a str>,
    /// None where what follows the scheme is no path (`mailto:a@b`).
    pub path: Option<&'a str>,
    pub query: Option<&'a str>,
    pub fragment: Option<&'a str>,
}

/// `None` where the text is no address.
pub fn parse(text: &str) -> Option<Uri<'_>> {
    let mut uri = Uri::default();
    let (rest, fragment) = match text.split_once('#') {
        Some((rest, fragment)) => (rest, Some(fragment)),
        None => (text, None),
    };
    uri.fragment = fragment;
    let mut rest = rest;
    // A colon before any of these ends the scheme.
    if let Some(colon) = rest.find([':', '/', '?'])
        && rest.as_bytes()[colon] == b':'
    {
        let scheme = &rest[..colon];
        let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b));
        if !is_scheme {
            return None;
        }
        uri.scheme = Some(scheme);
        rest = &rest[colon + 1..];
        if rest.is_empty() {
            return None;
        }
        if !rest.starts_with('/') {
            return legal(rest, "").then_some(uri);
        }
    }
    let (hierarchy, query) = match rest.split_once('?') {
        Some((hierarchy, query)) => (hierarchy, Some(query)),
        None => (rest, None),
    };
    uri.query = query;
    let path = match hierarchy.strip_prefix("//") {
        Some(after) => {
            let end = after.find('/').unwrap_or(after.len());
            let (authority, path) = after.split_at(end);
            if authority.is_empty() {
                if path.is_empty() {
                    return None;
                }
            } else {
                uri.authority = Some(authority);
                if !brackets_hold_address(authority) {
                    return None;
                }
                (uri.user, uri.host) = server(authority);
            }
            path
        }
        None => hierarchy,
    };
    uri.path = Some(path);
    let parts = [uri.authority, query, fragment];
    let all = legal(path, "") && parts.iter().flatten().all(|part| legal(part, "[]"));
    all.then_some(uri)
}

/// Whether each character may stand in an address; `more` ones may, too.
fn legal(text: &str, more: &str) -> bool {
    let bytes = text.as_bytes();
    text.char_indices().all(|(at, c)| match c {
        '%' => {
            let escape = bytes.get(at + 1..at + 3);
            escape.is_some_and(|hex| hex.iter().all(u8::is_ascii_hexdigit))
        }
        c if c.is_ascii() => {
            c.is_ascii_alphanumeric() || "-_.!~*'();:@&=+$,/?".contains(c) || more.contains(c)
        }
        c => !c.is_control() && !c.is_whitespace(),
    })
}

/// Whether what stands in brackets, where a host may, is an address of IP's version 6;
/// behind a `%` it may have a zone.
fn brackets_hold_address(authority: &str) -> bool {
    let host = authority
        .rsplit_once('@')
        .map_or(authority, |(_, host)| host);
    let Some(inner) = host.strip_prefix('[') else {
        return true;
    };
    let Some((inner, _)) = inner.split_once(']') else {
        return true;
    };
    let address = inner.split_once('%').map_or(inner, |(address, _)| address);
    address.parse::<std::net::Ipv6Addr>().is_ok()
}

/// The user and the host, where the authority names a server.
fn server(authority: &str) -> (Option<&str>, Option<&str>) {
    let (user, rest) = match authority.rsplit_once('@') {
        Some((user, rest)) => (Some(user), rest),
        None => (None, authority),
    };
    let (host, port) = match rest.find(']') {
        Some(end) if rest.starts_with('[') => rest.split_at(end + 1),
        _ => rest.split_at(rest.find(':').unwrap_or(rest.len())),
    };
    let port = port.strip_prefix(':').unwrap_or(port);
    let is_port = port.bytes().all(|b| b.is_ascii_digit());
    match is_port && (host.starts_with('[') || is_host(host)) {
        true => (user, Some(host)),
        false => (None, None),
    }
}

/// Labels of letters, digits and inner hyphens; the last begins with a letter, unless the
/// whole is an address of four numbers.
fn is_host(host: &str) -> bool {
    let plain = host.strip_suffix('.').unwrap_or(host);
    let labels: Vec<&str> = plain.split('.').collect();
    let is_number = |label: &&str| !label.is_empty() && label.parse::<u8>().is_ok();
    if labels.len() == 4 && labels.iter().all(is_number) {
        return true;
    }
    let is_label = |label: &&str| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    let last = labels
        .last()
        .is_some_and(|l| l.starts_with(|c: char| c.is_ascii_alphabetic()));
    labels.iter().all(is_label) && last
}
