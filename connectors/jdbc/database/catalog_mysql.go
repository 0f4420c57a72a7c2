// SPDX-License-Identifier: Apache-2.0

package database

const mysqlRelations = `SELECT table_schema, '', table_name,
 CASE WHEN table_type = 'BASE TABLE' THEN CASE WHEN table_schema IN ('mysql', 'performance_schema') THEN 'SYSTEM TABLE' ELSE 'TABLE' END
  WHEN table_type = 'TEMPORARY' THEN 'LOCAL TEMPORARY' ELSE table_type END
FROM information_schema.tables WHERE `

// mysqlTables: a database is a catalog, whose name the driver takes as it is; without one it lists them all, or that of the URL where it is told so.
func mysqlTables(s *Session, l Listing) (string, []any) {
	b := s.statement(mysqlRelations)
	if l.Catalog == nil || *l.Catalog == "" {
		if !s.currentOnly() {
			return b.add("true").done()
		}
		return b.add("table_schema = ").arg(s.catalog).done()
	}
	return b.add("table_schema = ").arg(*l.Catalog).done()
}

func (s *Session) currentOnly() bool {
	for _, name := range []string{"nullDatabaseMeansCurrent", "nullCatalogMeansCurrent"} {
		if value, is := s.database.Parameter(name); is {
			return isTrue(value)
		}
	}
	return false
}

// mysqlCatalog is the database of a table, which some write as its schema.
func (s *Session) mysqlCatalog(id TableID) string {
	switch {
	case id.Catalog != "":
		return id.Catalog
	case id.Schema != "":
		return id.Schema
	}
	return s.catalog
}

func mysqlTable(s *Session, id TableID) (string, []any) {
	return s.statement(mysqlRelations).add("table_schema = ").arg(s.mysqlCatalog(id)).add(" AND table_name = ").arg(id.Name).done()
}

const mysqlColumnsOf = `SELECT c.column_name, c.column_type, c.data_type, 0, c.is_nullable = 'YES', coalesce(k.seq_in_index, 0),
 c.extra LIKE '%auto_increment%', false, coalesce(c.generation_expression, '') <> '', c.column_default IS NOT NULL OR c.extra LIKE '%auto_increment%'
FROM information_schema.columns c LEFT JOIN information_schema.statistics k
 ON k.table_schema = c.table_schema AND k.table_name = c.table_name AND k.column_name = c.column_name AND k.index_name = 'PRIMARY'
WHERE c.table_schema = `

func mysqlColumns(s *Session, id TableID) (string, []any) {
	return s.statement(mysqlColumnsOf).arg(s.mysqlCatalog(id)).add(" AND c.table_name = ").arg(id.Name).add(" ORDER BY c.ordinal_position").done()
}
