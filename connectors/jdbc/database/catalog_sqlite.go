// SPDX-License-Identifier: Apache-2.0

package database

const sqliteRelations = `SELECT '', '', name, CASE WHEN name LIKE 'sqlite\_%' ESCAPE '\' THEN 'SYSTEM TABLE' ELSE upper(type) END FROM sqlite_master WHERE type IN ('table', 'view')`

func sqliteTables(*Session, Listing) (string, []any) { return sqliteRelations, nil }

func sqliteTable(s *Session, id TableID) (string, []any) {
	return s.statement(sqliteRelations).add(" AND name = ").arg(id.Name).done()
}

// A column counts up where AUTOINCREMENT is written, which only an INTEGER PRIMARY KEY may have. Hidden columns of virtual tables are left out.
const sqliteColumnsOf = `SELECT c.name, c.type, CASE WHEN instr(c.type, '(') > 0 THEN trim(substr(c.type, 1, instr(c.type, '(') - 1)) ELSE c.type END, 0,
 c."notnull" = 0, c.pk, c.pk = 1 AND upper(c.type) = 'INTEGER' AND upper(m.sql) LIKE '%AUTOINCREMENT%', 0, c.hidden IN (2, 3),
 c.dflt_value IS NOT NULL OR (c.pk = 1 AND upper(c.type) = 'INTEGER')
FROM sqlite_master m, pragma_table_xinfo(m.name) c WHERE c.hidden <> 1 AND m.type IN ('table', 'view') AND m.name = `

func sqliteColumns(s *Session, id TableID) (string, []any) {
	return s.statement(sqliteColumnsOf).arg(id.Name).add(" ORDER BY c.cid").done()
}
