// SPDX-License-Identifier: Apache-2.0

package postgres

import (
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/longshore-io/connect/connectors/postgres/replication"
)

// xminFetch asks for the slot's catalog_xmin now and then, where xmin.fetch.interval.ms says so.
type xminFetch struct {
	value int64
	next  time.Time
}

// get returns the last value, and asks for a new one when its time is over. What cannot be asked stays as it was: no record depends on it.
func (x *xminFetch) get(s *streaming) int64 {
	interval := s.settings.Slot.XminInterval
	if interval <= 0 {
		return 0
	}
	if now := time.Unix(0, s.at.Now); !now.Before(x.next) {
		x.next = now.Add(interval)
		_ = s.ask(func(conn *pgx.Conn) error {
			slot, err := replication.FindSlot(s.ctx, conn, s.database.Name(), s.settings.Slot.Name)
			if err == nil && slot != nil {
				x.value = slot.CatalogXmin
			}
			return err
		})
	}
	return x.value
}
