// SPDX-License-Identifier: Apache-2.0

package rest

import (
	"errors"
	"net/http"
)

// handlers returns what the normal listeners serve, and what those of admin.listeners do. Where these are set, even to none at
// all, the normal ones do not know /admin. Rules for origins and headers are for the normal listeners only.
func (s *Server) handlers(herder Herder) (regular, admin http.Handler) {
	if s.cfg.AdminListeners == nil {
		return s.dress.on(newAPI(herder, s.cfg, routes).withMetrics()), http.NotFoundHandler()
	}
	var work, process []route
	for _, rt := range routes {
		if rt.admin {
			process = append(process, rt)
		} else {
			work = append(work, rt)
		}
	}
	return s.dress.on(newAPI(herder, s.cfg, work).withMetrics()), newAPI(herder, s.cfg, process)
}

// dress is what is put on every answer, whatever it says.
type dress struct {
	origins *origins
	headers []headerRule
}

// dressOf reads the rules of a configuration.
func dressOf(cfg Config) (dress, error) {
	origins, err := parseOrigins(cfg.AllowOrigin, cfg.AllowMethods)
	headers, headersErr := parseHeaderRules(cfg.ResponseHeaders)
	return dress{origins, headers}, errors.Join(err, headersErr)
}

// on puts it on a handler: the headers for origins first, so that a rule for headers may replace one of them.
func (d dress) on(next http.Handler) http.Handler {
	if len(d.headers) > 0 {
		next = withHeaders(d.headers, next)
	}
	if d.origins != nil {
		next = d.origins.on(next)
	}
	return next
}
