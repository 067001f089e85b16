(select coalesce(max(a.id), 0)
    from projection.amendments a
    where a.view = v.view and (a.subjects is null or cardinality(a.subjects) > 0))
