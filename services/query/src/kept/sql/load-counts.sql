-- What was counted of a question ($1), if it is still what is asked for ($2).
select offsets, counts from reads.kept_counts where question = $1 and name = $2
