(
          select v.subject, v.version, v.xmin::text as stamp, /*sort-value*/ as sort_value, /*sort-key*/ as sort_key
          from timeline.versions v
          where /*conditions*/
          order by /*order*/
          limit /*limit*/
        )
