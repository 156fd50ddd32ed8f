package proxy

// action is what happens to a CONNECT.
type action uint8

const (
	refuse action = iota
	tunnel
	open
)

// verdict is the decision about a target, always with its reason.
type verdict struct {
	action action
	reason Reason
}

// judge decides about a target by the host table. sni is empty before the
// client's hello has been read. A model host is never tunnelled, whichever
// way its name shows.
func (p *Proxy) judge(o origin, sni string) verdict {
	_, hostOpen := p.hosts.find(o.host, o.port)
	_, sniOpen := p.hosts.find(sni, o.port)
	switch {
	case hostOpen && o.ip.IsValid():
		return verdict{refuse, ReasonAddressOnly} // an upstream by address is for base-URL mode
	case hostOpen:
		return verdict{open, ReasonModelHost}
	case sni != "" && sniOpen && o.ip.IsValid():
		return verdict{open, ReasonModelHost}
	case sni != "" && sniOpen:
		return verdict{refuse, ReasonHostMismatch}
	case p.cfg.RefuseUnknown:
		return verdict{refuse, ReasonUnknownHost}
	default:
		return verdict{tunnel, ReasonUnknownHost}
	}
}

// judgeSeen decides about a tunnel by the client's first bytes. HTTP in clear
// is opened whatever the host is: whether it is a model's is told by its path.
func (p *Proxy) judgeSeen(o origin, s seen) verdict {
	switch s.protocol {
	case tlsUnread:
		return verdict{refuse, ReasonUnreadHello}
	case clearHTTP:
		return verdict{open, ReasonUnknownHost}
	}
	return p.judge(o, s.name)
}
